namespace MtlSplit.IoT.Backbone.Frames;

/// <summary>
/// Lets frames pass at a rate. The beat is fixed: a frame that came late does not delay those after it, but more than a
/// second behind, the missed beats are given up. One caller waits at a time; the rate may be set from elsewhere.
/// </summary>
/// <param name="rate">Frames per second to begin with; 0 lets all pass at once.</param>
/// <param name="time">The clock.</param>
internal sealed class FramePacer(double rate, TimeProvider time)
{
    private static readonly TimeSpan MostBehind = TimeSpan.FromSeconds(1);

    private long? _began;
    private long _beats;
    private double _rate = rate;
    private double _beaten = rate;

    /// <summary>Frames per second; 0 lets all pass at once. Counts from the next wait on.</summary>
    public double Rate
    {
        get => Volatile.Read(ref _rate);
        set => Volatile.Write(ref _rate, value);
    }

    /// <summary>Waits for the next beat; the first one is now.</summary>
    public async ValueTask WaitAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var rate = Rate;
        if (rate != _beaten)
        {
            // Another beat, which begins with the frame before.
            (_beaten, _began, _beats) = (rate, _began is null ? null : time.GetTimestamp(), 1);
        }

        if (rate == 0)
        {
            return;
        }

        var began = _began ??= time.GetTimestamp();
        var wait = TimeSpan.FromSeconds(_beats++ / rate) - time.GetElapsedTime(began);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, ct);
        }
        else if (wait < -MostBehind)
        {
            (_began, _beats) = (time.GetTimestamp(), 1);
        }
    }
}
