using MtlSplit.IoT.Testing.Bundles;
using Xunit;

namespace MtlSplit.IoT.OnnxAuthoring.Tests.Graphs;

/// <summary>What an independent reader sees in the models that are committed.</summary>
public sealed class CommittedModelTests
{
    [Theory]
    [InlineData("backbone.onnx", "frame ['N', 64, 64, 3] 2")]
    [InlineData("heads/object_size.onnx", "probabilities ['N', 8] 1")]
    [InlineData("heads/object_shape.onnx", "probabilities ['N', 4] 1")]
    public async Task They_pass_the_checker_and_show_names_and_shapes(string file, string value)
    {
        var seen = (await PythonChecker.DescribeAsync(await File.ReadAllBytesAsync(Path.Combine(CommittedBundle.Folder, file), TestContext.Current.CancellationToken))).Split('\n');

        var versions = seen[0].Split(' ');
        Assert.InRange(int.Parse(versions[0], null), 3, 8);
        Assert.InRange(int.Parse(versions[1], null), 7, 17);
        Assert.Contains(value, seen);
        Assert.DoesNotContain(seen, line => line.StartsWith("BatchNormalization", StringComparison.Ordinal));
    }
}
