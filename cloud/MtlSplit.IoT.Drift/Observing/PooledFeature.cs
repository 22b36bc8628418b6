namespace MtlSplit.IoT.Drift.Observing;

/// <summary>A feature's mean over its places, channel by channel: what is left is what was seen, not where, and tests on hundreds of values are feasible.</summary>
public static class PooledFeature
{
    /// <summary>Pools a feature.</summary>
    /// <param name="feature">Channels first, as the contract's shape says: channels × places.</param>
    /// <param name="channels">How many channels.</param>
    /// <exception cref="ArgumentException">The feature is not of so many channels.</exception>
    public static float[] Of(ReadOnlySpan<float> feature, int channels)
    {
        if (channels < 1 || feature.IsEmpty || feature.Length % channels != 0)
        {
            throw new ArgumentException($"{feature.Length} values are not of {channels} channels.", nameof(channels));
        }

        var places = feature.Length / channels;
        var pooled = new float[channels];
        for (var channel = 0; channel < channels; channel++)
        {
            double sum = 0;
            foreach (var value in feature.Slice(channel * places, places))
            {
                sum += value;
            }

            pooled[channel] = (float)(sum / places);
        }

        return pooled;
    }
}
