using MtlSplit.IoT.Cli.Demo;
using Spectre.Console;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Demo;

public sealed class DemoSummaryTests
{
    private static readonly DemoReport Report = new()
    {
        Passed = true,
        Faults = [],
        Broker = "embedded",
        FirstPredictionSeconds = 4.26,
        Seconds = 90,
        Frames = 12_345,
        FramesDropped = 6,
        FeaturesPublished = 12_339,
        Predictions = new Dictionary<string, long> { ["object_size"] = 12_339, ["object_shape"] = 12_338 },
        Lost = 1,
        Duplicates = 2,
        Redelivered = 3,
        Accuracy = new Dictionary<string, DemoAccuracy>
        {
            ["object_size"] = new(0.98, 0.68, 0.92, 0.971, 0.953),
            ["object_shape"] = new(0.99, 0.99, null, null),
        },
        LatencyMs = new DemoLatency(12.34, 56.78),
        BytesPerFeature = 1234.4,
        BytesPerRawFrame = 12_288,
        Retraining = new Dictionary<string, DemoRetraining>
        {
            ["object_size"] = new("h2-abc", "better by [24] points", 1500, 7.77),
            ["object_shape"] = new(null, "did not fall", 0, 0),
        },
    };

    [Fact]
    public void Write_APassedRun_SaysEveryNumberWithItsName()
    {
        var text = Write(Report);

        Assert.Matches(@"object_size +\| +98\.0 % +\| +68\.0 % +\| +92\.0 % +\| +80 % +\| +95\.3 % +\| +97\.1 % +\| +12,339", text);
        // Nothing fell: there is nothing to regain, and nothing is said to be.
        Assert.Matches(@"object_shape +\| +99\.0 % +\| +99\.0 % +\| +- +\| +- +\| +- +\| +- +\| +12,338", text);
        Assert.Contains("object_size: h2-abc from 1,500 samples in 7.8 s. better by [24] points", text, StringComparison.Ordinal);
        Assert.Contains("object_shape: no new head from 0 samples in 0.0 s. did not fall", text, StringComparison.Ordinal);
        Assert.Contains("12,345 frames, 6 dropped; 12,339 features of 1234 bytes, a frame is 12,288", text, StringComparison.Ordinal);
        Assert.Contains("lost 1, duplicates 2, redelivered 3; frame to prediction p50 12.3 ms, p99 56.8 ms; first prediction after 4.3 s", text, StringComparison.Ordinal);
        Assert.EndsWith("The loop closed.\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("FAULT", text, StringComparison.Ordinal);
        Assert.DoesNotContain("vehicle ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ARollout_SaysWhoMovedAndWhoRefused()
    {
        var (from, to, bad) = (new string('a', 64), new string('b', 64), new string('c', 64));
        var text = Write(Report with
        {
            Backbone = new DemoBackbone(to, new string('d', 64), 2, 31.26),
            Rollout = [new DemoMove("car-2", from, to, 0.456, 0), new DemoMove("car-1", from, to, 1.2, 3)],
            Refused = [new DemoRefusal("car-2", bad, "bad-digest", "[backbone.onnx] is not what was signed")],
        });

        Assert.Contains("Release 2, a new backbone from frames in 31.3 s: bundle bbbbbbbb, contract fc-dddddddddddd.", text, StringComparison.Ordinal);
        Assert.Matches(@"car-1 +\| aaaaaaaa \| bbbbbbbb \| +1\.20 \| +3 \| +\|", text);
        Assert.Matches(@"car-2 +\| aaaaaaaa \| bbbbbbbb \| +0\.46 \| +0 \| cccccccc: bad-digest", text);
    }

    [Fact]
    public void Write_AFailedRun_NamesEveryFault()
    {
        var text = Write(Report with { Passed = false, Faults = ["1 prediction was lost", "heads-[x] died"] });

        Assert.Contains("FAULT: 1 prediction was lost\nFAULT: heads-[x] died\n", text, StringComparison.Ordinal);
        Assert.EndsWith("The loop did not close.\n", text, StringComparison.Ordinal);
    }

    private static string Write(DemoReport report)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 200;
        DemoSummary.Write(report, console);
        return text.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
    }
}
