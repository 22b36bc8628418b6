namespace MtlSplit.IoT.Cli.Demo;

/// <summary>Latencies in buckets that are 2 % wide, so that a percentile is at most 2 % too high. Not thread-safe.</summary>
internal sealed class LatencyHistogram
{
    private const double Growth = 1.02;
    private const double LeastMs = 0.01;

    private readonly long[] _buckets = new long[1200];

    public long Count { get; private set; }

    public void Add(double milliseconds)
    {
        var bucket = milliseconds <= LeastMs ? 0 : (int)Math.Min(Math.Log(milliseconds / LeastMs) / Math.Log(Growth), _buckets.Length - 2) + 1;
        _buckets[bucket]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _buckets.Length; i++)
        {
            _buckets[i] += other._buckets[i];
        }

        Count += other.Count;
    }

    /// <summary>The latency that a share of all does not exceed, in milliseconds; null where there is none.</summary>
    public double? Percentile(double share)
    {
        var left = Math.Ceiling(share * Count);
        for (var i = 0; i < _buckets.Length && Count > 0; i++)
        {
            left -= _buckets[i];
            if (left <= 0)
            {
                return LeastMs * Math.Pow(Growth, i);
            }
        }

        return null;
    }
}
