namespace MtlSplit.IoT.Training.Disturbances;

/// <summary>Chance that follows from a seed alone (SplitMix64: Steele, Lea and Flood, 2014). Not thread-safe.</summary>
internal struct SeededRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Evenly from 0 to below 1.</summary>
    public double NextShare() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Two independent draws of mean 0 and deviation 1 (Box and Muller).</summary>
    public (double First, double Second) NextNormals()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextShare()));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * NextShare());
        return (radius * sine, radius * cosine);
    }
}
