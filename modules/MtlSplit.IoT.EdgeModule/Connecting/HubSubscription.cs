using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule.Telemetry;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.EdgeModule.Connecting;

/// <summary>A subscription that is made with its first use and read for as long as the client lives. Thread-safe.</summary>
/// <param name="link">The connection.</param>
/// <param name="filter">What to subscribe to.</param>
/// <param name="qos">At which level.</param>
/// <param name="read">Reads the deliveries until they end.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where a refusal is told.</param>
/// <param name="life">Ends with the client.</param>
internal sealed class HubSubscription(
    ModuleLink link, string filter, BusQos qos, Func<ChannelReader<BusDelivery>, CancellationToken, Task> read, TimeProvider time, ILogger logger, CancellationToken life)
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task? _ready;
    private Task _reading = Task.CompletedTask;

    /// <summary>Waits until the hub has confirmed it.</summary>
    /// <exception cref="ModuleConnectException">Waiting does not help.</exception>
    public async Task EnsureAsync(CancellationToken ct)
    {
        await link.OpenAsync(ct);
        Task ready;
        lock (_gate)
        {
            ready = _ready is null or { IsFaulted: true } or { IsCanceled: true } ? _ready = SubscribeAsync() : _ready;
        }

        await ready.WaitAsync(ct);
    }

    /// <summary>Waits until nothing is read any more, which is after the connection has closed.</summary>
    public async Task EndAsync()
    {
        Task? ready;
        lock (_gate)
        {
            ready = _ready;
        }

        if (ready is not null)
        {
            // Whoever waited for it was told.
            await ready.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await _reading;
        }
    }

    private async Task SubscribeAsync()
    {
        var subscription = await link.Bus.SubscribeAsync(filter, life, retainedToo: true, qos);
        lock (_gate)
        {
            _reading = Task.Run(() => ReadAsync(subscription), CancellationToken.None);
        }
    }

    private async Task ReadAsync(IBusSubscription? subscription)
    {
        while (true)
        {
            try
            {
                subscription ??= await link.Bus.SubscribeAsync(filter, life, retainedToo: true, qos);
                await read(subscription.Deliveries, life);
                return;
            }
            catch (BusSubscribeException refused)
            {
                // A hub that no longer takes it after a reconnect may do so later; nobody else would ask again.
                Log.SubscriptionLost(logger, filter, AgainAfter, refused);
                subscription = null;
            }
            catch (Exception error) when (error is OperationCanceledException or ChannelClosedException or ObjectDisposedException)
            {
                return;
            }

            await Task.Delay(AgainAfter, time, life).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}
