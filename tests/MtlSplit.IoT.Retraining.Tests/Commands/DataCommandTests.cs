using System.CommandLine;
using System.Text.Json;
using MtlSplit.IoT.Retraining.Commands;
using Xunit;

namespace MtlSplit.IoT.Retraining.Tests.Commands;

/// <summary>The commands about data, as people call them.</summary>
[Collection(EngineTests.Name)]
public sealed class DataCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-test-");

    private static string Original => Path.Combine(AppContext.BaseDirectory, "Fixtures", "shapes.h5");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Train_OnTheOriginalsLayout_GivesAModelThatEvaluateMeasuresUnderEveryCondition()
    {
        var (run, report, plots) = (In("run"), In("report.json"), In("plots"));

        var trained = await InvokeAsync(
            TrainCommand.Create(),
            $"--out {run} --data {Original} --network tiny-conv --images 60 --validation 10 --test 20 --batch 16 --epochs 1 --threads 1 --augment salt-pepper:0.05");
        var evaluated = await InvokeAsync(
            EvaluateCommand.Create(),
            $"--model {run}/model.safetensors --data {Original} --conditions clean,salt-pepper:0.15 --threads 1 --report {report} --plots {plots}");

        Assert.Equal((0, 0), (trained, evaluated));
        using var record = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(run, "run.json"), TestContext.Current.CancellationToken));
        Assert.Equal("salt-pepper:0.05", record.RootElement.GetProperty("options").GetProperty("augment")[0].GetString());
        Assert.Equal(Original, record.RootElement.GetProperty("data").GetProperty("file").GetString());
        using var scores = JsonDocument.Parse(await File.ReadAllBytesAsync(report, TestContext.Current.CancellationToken));
        var conditions = scores.RootElement.GetProperty("conditions").EnumerateArray().ToArray();
        Assert.Equal(["clean", "salt-pepper:0.15"], conditions.Select(condition => condition.GetProperty("condition").GetString()));
        // All 25 test images of the file, without asking for a number.
        Assert.All(conditions, condition => Assert.Equal(25, condition.GetProperty("tasks")[0].GetProperty("count").GetInt32()));
        Assert.True(File.Exists(Path.Combine(plots, "accuracy.png")));
    }

    [Fact]
    public async Task Dataset_DrawsASheetAndExportsAFolder()
    {
        var (sheet, frames) = (In("sheet.png"), In("frames"));

        Assert.Equal(0, await InvokeAsync(DatasetCommand.Create(), $"sheet --out {sheet} --count 4 --split test --condition hue:60"));
        Assert.Equal(0, await InvokeAsync(DatasetCommand.Create(), $"export --out {frames} --count 3 --data {Original}"));

        Assert.True(new FileInfo(sheet).Length > 1000);
        Assert.Equal(3, Directory.GetFiles(frames, "*.png").Length);
        Assert.Equal(4, (await File.ReadAllLinesAsync(Path.Combine(frames, "labels.csv"), TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public async Task Dataset_ThatIsNotThere_FailsWithoutATrace()
    {
        Assert.Equal(1, await InvokeAsync(DatasetCommand.Create(), $"export --out {In("frames")} --data {In("none.h5")}"));
        Assert.Equal(2, await InvokeAsync(DatasetCommand.Create(), $"export --out {In("frames")} --data {Original} --count 104"));
        // Stored images have the light that they have.
        Assert.Equal(1, await InvokeAsync(DatasetCommand.Create(), $"sheet --out {In("sheet.png")} --data {Original} --count 4 --condition light:1"));

        Assert.False(Directory.Exists(In("frames")));
    }

    [Theory]
    [InlineData("train", "--out x --augment foo:1", "--augment: 'foo:1' is unknown")]
    [InlineData("train", "--out x --augment clean", "--augment: 'clean' is unknown")]
    [InlineData("evaluate", "--model x --conditions salt-pepper:2", "salt-pepper goes from 0 to 1")]
    [InlineData("train", "--out x --augment light:1", "--augment: 'light:1' is unknown")]
    [InlineData("evaluate", "--model x --conditions dark:1", "hue:DEGREES, light:SHARE")]
    [InlineData("evaluate", "--model x --conditions light:2", "light goes from 0 to 1")]
    [InlineData("evaluate", "--model x --conditions light", "'light' needs a number")]
    [InlineData("evaluate", "--model x --conditions clean,clean", "none twice")]
    [InlineData("dataset", "sheet --out x --condition gaussian", "--condition: 'gaussian' needs a number")]
    [InlineData("dataset", "export --count 3", "'--out' is required")]
    public void Commands_GivenNonsense_NameIt(string name, string arguments, string reason)
    {
        var command = name switch { "train" => TrainCommand.Create(), "evaluate" => EvaluateCommand.Create(), _ => DatasetCommand.Create() };

        Assert.Contains(command.Parse(arguments).Errors, error => error.Message.Contains(reason, StringComparison.Ordinal));
    }

    private static Task<int> InvokeAsync(Command command, string arguments) => command.Parse(arguments).InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false },
        TestContext.Current.CancellationToken);

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
