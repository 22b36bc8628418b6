using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub.Routing;

/// <summary>Carries the messages of one endpoint on, in order, until each is acknowledged by the next hop.</summary>
/// <param name="queue">The endpoint's queue.</param>
/// <param name="window">Messages on their way at once.</param>
/// <param name="deliver">Tries; says of each message whether it is done with.</param>
/// <param name="idle">Called when nothing waits.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed class EndpointPump(
    EndpointQueue queue, int window, Func<IReadOnlyList<StoredMessage>, CancellationToken, Task<bool[]>> deliver, Action idle, ILogger logger)
{
    // A pause after a failure; a signal, such as a module's subscription, ends it.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    public EndpointQueue Queue => queue;

    /// <summary>Carries until its token ends.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await Task.Yield();
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var batch = queue.Look(window);
                if (batch.Count == 0)
                {
                    idle();
                    await queue.WaitAsync(LookEvery, ct);
                    continue;
                }

                var done = await deliver(batch, ct);
                foreach (var (message, isDone) in batch.Zip(done))
                {
                    if (isDone)
                    {
                        queue.Complete(message);
                        EdgeHubMetrics.Delivered.Add(1);
                    }
                }

                if (!Array.TrueForAll(done, isDone => isDone))
                {
                    await queue.WaitAsync(Pause, ct);
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.PumpFailed(logger, queue.Sink.ToString(), e);
                await queue.WaitAsync(Pause, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
