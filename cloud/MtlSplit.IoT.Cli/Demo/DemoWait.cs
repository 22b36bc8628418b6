namespace MtlSplit.IoT.Cli.Demo;

/// <summary>Waits for what other processes are to bring about.</summary>
internal sealed class DemoWait(TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until a condition holds, or patience ends.</summary>
    /// <returns>Whether it holds.</returns>
    public async Task<bool> ForAsync(Func<bool> condition, TimeSpan limit, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        while (!condition())
        {
            if (time.GetElapsedTime(began) > limit)
            {
                return false;
            }

            await Task.Delay(Look, time, ct);
        }

        return true;
    }

    /// <summary>Waits until a condition holds.</summary>
    /// <exception cref="DemoException">Patience has ended; the message is the complaint.</exception>
    public async Task UntilAsync(Func<bool> condition, TimeSpan limit, string complaint, CancellationToken ct)
    {
        if (!await ForAsync(condition, limit, ct))
        {
            throw new DemoException($"After {limit.TotalSeconds:F0} s {complaint}. --data DIR keeps the logs of every process.");
        }
    }
}
