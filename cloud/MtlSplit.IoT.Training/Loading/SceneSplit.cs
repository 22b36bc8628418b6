using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Training.Loading;

/// <summary>
/// Draws scenes of 3D Shapes for training, validation and test by a seed. The three never share a scene: test scenes are those with
/// unseen pairs of floor and wall hue, and validation scenes come after the training scenes in one shuffled order of the others.
/// </summary>
public static class SceneSplit
{
    /// <summary>Draws scenes to learn from.</summary>
    /// <param name="seed">Decides which.</param>
    /// <param name="count">How many.</param>
    public static int[] Training(ulong seed, int count) => Draw(seed, Shapes3DSplit.TrainingCount, 0, count, Shapes3DSplit.TrainingIndex);

    /// <summary>Draws scenes to choose the best epoch with.</summary>
    /// <param name="seed">Decides which.</param>
    /// <param name="training">How many scenes are learned from.</param>
    /// <param name="count">How many.</param>
    public static int[] Validation(ulong seed, int training, int count) =>
        Draw(seed, Shapes3DSplit.TrainingCount, training, count, Shapes3DSplit.TrainingIndex);

    /// <summary>Draws scenes to measure on.</summary>
    /// <param name="seed">Decides which; as many as there are gives all of them.</param>
    /// <param name="count">How many.</param>
    public static int[] Test(ulong seed, int count) => Draw(seed, Shapes3DSplit.TestCount, 0, count, Shapes3DSplit.TestIndex);

    private static int[] Draw(ulong seed, int all, int from, int count, Func<int, int> sceneAt)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, all - from);
        return [.. SeededOrder.Of(seed, -1, all).AsSpan(from, count).ToArray().Select(sceneAt)];
    }
}
