namespace MtlSplit.IoT.Shapes3D;

/// <summary>
/// Which scene a camera sees at its n-th frame: a fixed, random-looking sequence, so that a labeller in another process can
/// tell the truth about a frame from its number alone. Immutable and thread-safe.
/// </summary>
/// <param name="seed">The sequence.</param>
/// <param name="scenes">What is drawn from.</param>
public sealed class FrameSchedule(ulong seed, ScheduledScenes scenes)
{
    private readonly ulong _seed = Mix(seed);

    /// <summary>The schedule of one vehicle of a fleet: other vehicles see other scenes.</summary>
    public static FrameSchedule ForVehicle(ulong seed, string vehicle, ScheduledScenes scenes)
    {
        // FNV-1a: a stable hash of the name; string.GetHashCode differs from process to process.
        var hash = 14695981039346656037UL;
        foreach (var c in vehicle)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return new FrameSchedule(seed ^ hash, scenes);
    }

    /// <summary>The scene of a frame.</summary>
    public int IndexOf(ulong frameNumber)
    {
        var random = Mix(_seed + (frameNumber * 0x9E3779B97F4A7C15));
        return scenes switch
        {
            ScheduledScenes.Test => Shapes3DSplit.TestIndex(Below(random, Shapes3DSplit.TestCount)),
            ScheduledScenes.Training => Shapes3DSplit.TrainingIndex(Below(random, Shapes3DSplit.TrainingCount)),
            _ => Below(random, Shapes3DIndex.Count),
        };
    }

    private static int Below(ulong random, int count) => (int)Math.BigMul(random, (ulong)count, out _);

    /// <summary>SplitMix64's finaliser (Steele, Lea, Flood 2014).</summary>
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
