namespace MtlSplit.IoT.Training.Loading;

/// <summary>Chance that depends on a seed and a position only, so that a run can go on from any step without replaying the earlier ones.</summary>
public static class SeededOrder
{
    /// <summary>The order in which an epoch visits its samples: every sample once.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="count">How many samples there are.</param>
    public static int[] Of(ulong seed, int epoch, int count)
    {
        var order = new int[count];
        var state = Mix(Mix(seed) + (ulong)epoch);
        for (var i = 0; i < count; i++)
        {
            state = Mix(state);
            var j = (int)(state % (ulong)(i + 1));
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }

    /// <summary>A number for one sample in one epoch.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="sample">The sample's position in the data, from 0.</param>
    public static ulong ForSample(ulong seed, int epoch, int sample) => Mix(Mix(seed ^ 0xA5A5A5A5A5A5A5A5) + ((ulong)epoch << 32) + (ulong)sample);

    // The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
