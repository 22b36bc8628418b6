using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Cli.Demo;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.Contracts.Twins;
using MtlSplit.IoT.Testing.Waiting;
using Spectre.Console;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Demo;

/// <summary>What people see while the loop runs, on a terminal and without one.</summary>
public sealed partial class LiveViewTests : IDisposable
{
    private const string Size = "object_size";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly DemoTally _tally;
    private readonly DemoStage _stage;
    private readonly SharedText _screen = new();

    public LiveViewTests()
    {
        _tally = new DemoTally([(Size, ["small", "large"])], [DemoCast.ShiftedVehicle, "car-9"], DemoCast.ShiftedVehicle, _time);
        _stage = new DemoStage(_time);
    }

    public void Dispose() => _screen.Dispose();

    [Fact]
    public async Task Terminal_ShowsVehiclesTasksActAndNotes_AndDrawsThemAnew()
    {
        _stage.Enter("three vehicles drive", TimeSpan.FromSeconds(12));
        using var until = new CancellationTokenSource();
        var showing = new LiveView(Console(AnsiSupport.Yes), _time).ShowAsync(_tally, _stage, until.Token);
        Report(captured: 100, at: 1);
        Answer(1000);
        await TickAsync(showing);
        _time.Advance(TimeSpan.FromSeconds(2));
        Report(captured: 150, at: 3);
        Answer(60);
        await TickAsync(showing);
        _time.Advance(TimeSpan.FromSeconds(4));
        await TickAsync(showing);

        await until.CancelAsync();
        await showing;

        var last = Plain();
        Assert.Matches("three vehicles drive [3-6] s left", last);
        Assert.Contains("0.0 s  three vehicles drive", last, StringComparison.Ordinal);
        Assert.Matches($@"│ ● {DemoCast.ShiftedVehicle} +│ 01234567 +│ fc-89abcdef0000 +│ proven +│ +25\.0 │ +140 │ +1200 │ +7 │ +130 │", last);
        Assert.Matches(@"│ ○ car-9 +│ - +│ - +│ - +│ +0\.0 │ +0 │ +- │ +0 │ +0 │", last);
        Assert.Matches($@"│ {Size} +│ h1 +│ +\d+ │ +1,060 │ +50\.0 % │ +50\.0 % │ +20\.\d │ +20\.\d │ +0\.25 │", last);
        Assert.Matches(@"│ task +│ head +│ +answers/s │ +answers │ +right │ +right on .* │ +p50 ms │ +p99 ms │ +lag s │", last);
        Assert.Matches($@"{Size} +▅", last);
        Assert.Matches($@"│ {Size} +│ h1 +│ +[1-9]\d* │ +1,060 │", last);
    }

    [Fact]
    public async Task NoTerminal_GetsALineForEachNote_AndOneEveryFewSeconds()
    {
        _stage.Note("before anybody looked");
        using var until = new CancellationTokenSource();
        var showing = new PlainView(Console(AnsiSupport.No), _time).ShowAsync(_tally, _stage, until.Token);
        Report(captured: 100, at: 1);
        Answer(1000);
        _stage.Note("now");
        _time.Advance(TimeSpan.FromSeconds(5));
        await Expect.UntilAsync(() => _screen.ToString().Contains("answers", StringComparison.Ordinal), "the line is there");

        await until.CancelAsync();
        await showing;

        var lines = _screen.ToString().TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.EndsWith("before anybody looked", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("now", lines[1], StringComparison.Ordinal);
        Assert.Matches($@"^   5\.0 s    {DemoCast.ShiftedVehicle} 0/s 1200 B 7 dropped, 01234567 proven  car-9 .*\| {Size} 1000 answers, 50\.0 % right, .* p50 20\.\d ms, p99 20\.\d ms, lag 0\.25 s$", lines[2]);
        Assert.DoesNotContain('\u001b', _screen.ToString());
    }

    private IAnsiConsole Console(AnsiSupport ansi)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = ansi == AnsiSupport.Yes ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(_screen),
        });
        (console.Profile.Width, console.Profile.Height, console.Profile.Capabilities.Unicode) = (200, 80, true);
        return console;
    }

    /// <summary>Lets the view draw once more, and waits until it has.</summary>
    private async Task TickAsync(Task showing)
    {
        var before = _screen.ToString().Length;
        await Expect.UntilAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(50));
                return _screen.ToString().Length > before || showing.IsCompleted;
            },
            "the view is drawn anew");
    }

    private string Plain() => Escapes().Replace(_screen.ToString(), "");

    private void Report(long captured, long at)
    {
        _tally.Take(DemoCast.ShiftedVehicle, new VehicleStatus
        {
            Online = true, At = at * 1_000_000, FramesCaptured = captured, FramesDropped = 7, FeaturesDelivered = captured - 10, EncodedBytes = 1200 * (captured - 10), PredictionsReceived = captured - 20,
        });
        _tally.Take(DemoCast.ShiftedVehicle, new BackboneReported { Active = new RunningBundle("01234567" + new string('0', 56), Contract: "89abcdef" + new string('0', 56), Release: 1, Proven: true) });
        _tally.Take(Size, new HeadConsumerStatus { Online = true, LagSeconds = 0.25 });
    }

    /// <summary>Answers of 20 ms, every other one right.</summary>
    private void Answer(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var frame = new FrameId((ulong)_time.GetUtcNow().Ticks, (ulong)i);
            _tally.Take(DemoCast.ShiftedVehicle, new PredictionMessage { Frame = frame, Task = Size, HeadVersion = "h1", Class = 1, Probabilities = new float[2], CapturedAt = _tally.Now() - 20_000 });
            _tally.Take(DemoCast.ShiftedVehicle, new LabelMessage(frame, Size, i % 2 == 0 ? "large" : "small", "test", _tally.Now()));
        }
    }

    /// <summary>What the view writes on its thread and the test reads on its own.</summary>
    private sealed class SharedText : TextWriter
    {
        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_text)
            {
                _text.Append(value);
            }
        }

        public override void Write(string? value)
        {
            lock (_text)
            {
                _text.Append(value);
            }
        }

        public override string ToString()
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }

    [GeneratedRegex(@"\u001b\[[0-9;?]*[a-zA-Z]")]
    private static partial Regex Escapes();
}
