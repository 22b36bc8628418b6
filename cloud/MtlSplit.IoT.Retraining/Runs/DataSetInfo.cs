using MtlSplit.IoT.Training.Datasets;

namespace MtlSplit.IoT.Retraining.Runs;

/// <summary>A data set in numbers, as <c>dataset info --json</c> prints it.</summary>
/// <param name="Description">What it is.</param>
/// <param name="Images">How many images there are.</param>
/// <param name="Width">Width of each, in pixels.</param>
/// <param name="Height">Height of each, in pixels.</param>
/// <param name="Learning">Images to train and validate on.</param>
/// <param name="Test">Images to test on.</param>
/// <param name="Tasks">What is known about each image.</param>
internal sealed record DataSetInfo(string Description, int Images, int Width, int Height, int Learning, int Test, IReadOnlyList<DataSetInfo.Task> Tasks)
{
    /// <summary>Counts a data set.</summary>
    public static DataSetInfo Of(IDataSet data) => new(
        data.Description,
        data.Count,
        data.Width,
        data.Height,
        data.Split.LearningCount,
        data.Split.TestCount,
        [.. data.Tasks.Select((task, position) =>
        {
            var images = new int[task.Classes.Count];
            for (var sample = 0; sample < data.Count; sample++)
            {
                images[data.LabelOf(sample, position)]++;
            }

            return new Task(task.Name, task.Classes, images);
        })]);

    /// <summary>A task.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Classes">Its classes' names.</param>
    /// <param name="Images">How many images each class has.</param>
    internal sealed record Task(string Name, IReadOnlyList<string> Classes, IReadOnlyList<int> Images);
}
