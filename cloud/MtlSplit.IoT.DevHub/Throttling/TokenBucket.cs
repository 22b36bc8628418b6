namespace MtlSplit.IoT.DevHub.Throttling;

/// <summary>A bucket that fills at a rate and starts full: what is in it may be taken at once, more only as it comes. Thread-safe.</summary>
internal sealed class TokenBucket
{
    // What adding up fractions of a rate may lose; far below any rate's share of a millisecond.
    private const double Rounding = 1e-6;

    private readonly Lock _gate = new();
    private readonly double _perSecond;
    private readonly double _capacity;
    private readonly TimeProvider _time;
    private double _there;
    private long _since;

    /// <param name="perSecond">The rate.</param>
    /// <param name="capacity">How much it holds.</param>
    /// <param name="time">The clock.</param>
    public TokenBucket(double perSecond, double capacity, TimeProvider time)
    {
        (_perSecond, _capacity, _time) = (perSecond, capacity, time);
        (_there, _since) = (capacity, time.GetTimestamp());
    }

    /// <summary>Takes so much, or nothing.</summary>
    /// <param name="count">How much, at most the capacity.</param>
    /// <returns>Zero where it was taken, else how long until there will be enough, if nobody else takes it.</returns>
    public TimeSpan Take(double count)
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            _there = Math.Min(_capacity, _there + (_time.GetElapsedTime(_since, now).TotalSeconds * _perSecond));
            _since = now;
            var missing = count - _there;
            if (missing > Rounding)
            {
                return TimeSpan.FromSeconds(missing / _perSecond);
            }

            _there = Math.Max(0, -missing);
            return TimeSpan.Zero;
        }
    }
}
