using MtlSplit.IoT.Training.Datasets;

namespace MtlSplit.IoT.Retraining.Runs;

/// <summary>Which images a run uses. The seed and the counts decide every one of them.</summary>
/// <param name="Source">Where images come from, in words.</param>
/// <param name="Seed">Decides which images.</param>
/// <param name="Training">Images learned from.</param>
/// <param name="Validation">Images that choose the best epoch.</param>
/// <param name="Test">Images of the test split that are measured on.</param>
/// <param name="File">The data set's file; null where images are rendered.</param>
/// <param name="Lights">How much of the way to the demo's light scenes are rendered in, at most; 0 is the standard light.</param>
internal sealed record RunData(string Source, ulong Seed, int Training, int Validation, int Test, string? File = null, double Lights = 0)
{
    /// <summary>Opens the data set again.</summary>
    /// <exception cref="DataSetException">It does not read.</exception>
    public IDataSet Open() => Lights > 0 ? new LightRange(Lights, Seed) : DataSource.Open(File ?? DataSource.Rendered);

    public int[] TrainingSamples(IDataSet data) => data.Split.Training(Seed, Training);

    public int[] ValidationSamples(IDataSet data) => data.Split.Validation(Seed, Training, Validation);

    public int[] TestSamples(IDataSet data) => data.Split.Test(Seed, Test);

    /// <summary>In words, for people.</summary>
    public string Describe(IDataSet data) =>
        $"{Source}; {Training:N0} images to train on and {Validation:N0} to choose the epoch, drawn by seed {Seed} from the {data.Split.LearningCount:N0} without test pairs of floor and wall hue; "
        + $"{Test:N0} of the {data.Split.TestCount:N0} with unseen pairs to test on";
}
