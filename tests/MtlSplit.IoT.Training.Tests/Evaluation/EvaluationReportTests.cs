using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Evaluation.Plots;
using MtlSplit.IoT.Training.Loading;
using SkiaSharp;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Evaluation;

public sealed class EvaluationReportTests : IDisposable
{
    private static readonly TaskSpec Task = new("animal", ["cat", "dog"]);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Report_ReadBack_IsTheSame()
    {
        var report = Report();

        var read = EvaluationReport.Parse(report.ToJson());

        Assert.Equal(report.ToJson(), read.ToJson());
        Assert.Equal(report.Conditions[1].Tasks[0].Accuracy, read.Conditions[1].Tasks[0].Accuracy);
        Assert.Equal(report.Conditions[1].Tasks[0].Confusion, read.Conditions[1].Tasks[0].Confusion);
    }

    [Fact]
    public void Plots_ShowRightAnswersBlueAndWrongOnesRed()
    {
        Assert.SkipUnless(SKFontManager.Default.FontFamilyCount > 0, "no font is installed (apt-get install fonts-dejavu-core)");

        var files = EvaluationPlots.Write(Report(), _folder.FullName);

        Assert.Equal(["accuracy.png", "confusion-animal-clean.png", "confusion-animal-salt-pepper-0.1.png"], files.Select(Path.GetFileName));
        Assert.All(files, file => Assert.True(File.Exists(file)));
        // Every sample of the clean matrix is right; every one of the other is wrong.
        Assert.Equal((true, false), Colours(files[1]));
        Assert.Equal((false, true), Colours(files[2]));
    }

    private static (bool Blue, bool Red) Colours(string path)
    {
        using var picture = SKBitmap.Decode(path);
        return (picture.Pixels.Any(p => p.Blue > p.Red + 100), picture.Pixels.Any(p => p.Red > p.Blue + 100));
    }

    private static EvaluationReport Report() => new("model", "path", "data",
    [
        new ConditionScores("clean", [TaskScore.Of(Task, [0, 0, 1], [0, 0, 1])]),
        new ConditionScores("salt-pepper:0.1", [TaskScore.Of(Task, [0, 0, 1], [1, 1, 0])], 1234.5, 0.01),
    ]);
}
