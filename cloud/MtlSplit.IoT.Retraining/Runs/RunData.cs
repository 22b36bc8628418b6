using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Retraining.Runs;

/// <summary>Which images a run uses. The seed and the counts decide every one of them.</summary>
/// <param name="Source">Where images come from; <see cref="Rendered"/>.</param>
/// <param name="Seed">Decides which images.</param>
/// <param name="Training">Images learned from.</param>
/// <param name="Validation">Images that choose the best epoch.</param>
/// <param name="Test">Images of the test split that are measured on.</param>
internal sealed record RunData(string Source, ulong Seed, int Training, int Validation, int Test)
{
    /// <summary>3D Shapes, rendered here in the standard light.</summary>
    public const string Rendered = "3D Shapes, rendered, standard light";

    public int[] TrainingScenes => SceneSplit.Training(Seed, Training);

    public int[] ValidationScenes => SceneSplit.Validation(Seed, Training, Validation);

    public int[] TestScenes => SceneSplit.Test(Seed, Test);

    /// <summary>In words, for people.</summary>
    public string Describe() =>
        $"{Source}; {Training:N0} images to train on and {Validation:N0} to choose the epoch, drawn by seed {Seed} from the 360,000 without test pairs of floor and wall hue; "
        + $"{Test:N0} of the 120,000 with unseen pairs to test on";
}
