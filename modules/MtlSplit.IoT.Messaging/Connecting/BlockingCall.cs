namespace MtlSplit.IoT.Messaging.Connecting;

/// <summary>Calls that block while a connection is made, awaited. They have a thread of their own, since the pool of a small machine has only one or two.</summary>
internal static class BlockingCall
{
    /// <summary>Runs a call to its end.</summary>
    /// <param name="call">It blocks until the peer does something, or what it uses is closed.</param>
    /// <param name="used">What it uses; cancelling closes that, which ends the call.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<T> RunAsync<T>(Func<T> call, IDisposable used, CancellationToken ct)
    {
        try
        {
            using var closing = ct.UnsafeRegister(static used => ((IDisposable)used!).Dispose(), used);
            return await Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception error) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(error.Message, error, ct);
        }
    }
}
