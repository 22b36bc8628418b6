using System.CommandLine;
using MtlSplit.IoT.Training.Datasets;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary>The flag that names a data set, in several commands.</summary>
internal static class DataOption
{
    /// <summary><c>--data</c>.</summary>
    public static Option<string> Create() => new("--data")
    {
        Description = "The data set: 'rendered' is 3D Shapes as drawn here; a path is a file in the layout of the original 3dshapes.h5.",
        HelpName = "rendered|FILE.h5",
        DefaultValueFactory = _ => DataSource.Rendered,
    };

    /// <summary>The file that the flag names, or null.</summary>
    public static string? FileOf(string data) => data == DataSource.Rendered ? null : Path.GetFullPath(data);
}
