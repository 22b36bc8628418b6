using System.Globalization;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>A picture of the running loop that is drawn anew a few times a second.</summary>
internal sealed class LiveView(IAnsiConsole console, TimeProvider time) : IDemoView
{
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const int SecondsShown = 75;
    private const int NotesShown = 8;

    // Labels come two seconds late, so the newest seconds have no truth yet.
    private const int LabelSeconds = 3;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, (long At, long Predicted, double Rate)> _rates = [];

    public async Task ShowAsync(DemoTally tally, DemoStage stage, CancellationToken until)
    {
        await console.Live(Draw(tally, stage)).AutoClear(false).Overflow(VerticalOverflow.Crop).StartAsync(async context =>
        {
            using var timer = new PeriodicTimer(Interval, time);
            try
            {
                while (await timer.WaitForNextTickAsync(until))
                {
                    context.UpdateTarget(Draw(tally, stage));
                }
            }
            catch (OperationCanceledException)
            {
                context.UpdateTarget(Draw(tally, stage));
            }
        });
    }

    public void Summarise(DemoReport report) => DemoSummary.Write(report, console);

    private Rows Draw(DemoTally tally, DemoStage stage)
    {
        var (act, left, notes) = stage.Read(NotesShown);
        var second = tally.Now() / 1_000_000;
        var title = $"[bold]{Markup.Escape(act)}[/]{(left is { } time ? $" [grey]{time.TotalSeconds:F0} s left[/]" : "")}";
        return tally.Read((vehicles, tasks, consumers) => new Rows(
            new Panel(new Markup(title)).Expand().Border(BoxBorder.Rounded).Header(" frame -> backbone -> feature == MQTT ==> head -> prediction "),
            Vehicles(vehicles),
            Tasks(tasks, consumers, second - LabelSeconds),
            Curves(tasks, second - LabelSeconds),
            new Markup($"[grey]{string.Join('\n', notes.Select(Markup.Escape))}[/]")));
    }

    private static Table Vehicles(IReadOnlyList<VehicleTally> vehicles)
    {
        var table = new Table().Border(TableBorder.Rounded).Expand();
        foreach (var column in new[] { "vehicle", "bundle", "contract", "update", "frames/s", "features", "bytes/feature", "dropped", "read back" })
        {
            table.AddColumn(column is "vehicle" or "bundle" or "contract" or "update" ? new TableColumn(column) : new TableColumn(column).RightAligned());
        }

        foreach (var vehicle in vehicles)
        {
            var status = vehicle.Status;
            table.AddRow(
                $"{(status is { Online: true } ? "[green]●[/]" : "[grey]○[/]")} {Markup.Escape(vehicle.Name)}",
                vehicle.Bundle, vehicle.Contract, Coloured(vehicle.Update), Number(vehicle.FramesPerSecond, "F1"), $"{status?.FeaturesDelivered ?? 0:N0}",
                Number(vehicle.BytesPerFeature, "F0"), $"{vehicle.Dropped:N0}", $"{status?.PredictionsReceived ?? 0:N0}");
        }

        return table;
    }

    private Table Tasks(IReadOnlyList<TaskTally> tasks, IReadOnlyDictionary<string, Contracts.Status.HeadConsumerStatus> consumers, long second)
    {
        var table = new Table().Border(TableBorder.Rounded).Expand();
        foreach (var column in new[] { "task", "head", "answers/s", "answers", "right", $"right on {DemoCast.ShiftedVehicle}", "p50 ms", "p99 ms", "lag s" })
        {
            table.AddColumn(column is "task" or "head" ? new TableColumn(column) : new TableColumn(column).RightAligned());
        }

        foreach (var task in tasks)
        {
            table.AddRow(
                Markup.Escape(task.Name), task.Head ?? "-", Number(RateOf(task), "F0"), $"{task.Predicted:N0}",
                Percent(task.Rolling(shiftedVehicle: false, second)), Percent(task.Rolling(shiftedVehicle: true, second)),
                Number(task.Latency.Percentile(0.5), "F1"), Number(task.Latency.Percentile(0.99), "F1"),
                Number(consumers.GetValueOrDefault(task.Name)?.LagSeconds, "F2"));
        }

        return table;
    }

    private static Markup Curves(IReadOnlyList<TaskTally> tasks, long second)
    {
        var width = tasks.Max(task => task.Name.Length);
        var lines = tasks.Select(task => $"{task.Name.PadRight(width)} {string.Concat(Enumerable.Range(0, SecondsShown).Select(i => Bar(task.OfSecond(second - SecondsShown + i))))}");
        return new Markup($"[grey]right answers on {DemoCast.ShiftedVehicle}, second by second, 0 to 100 %[/]\n{string.Join('\n', lines)}");
    }

    private static string Bar(double? share) => share is not { } value ? " " : $"[{(value >= 0.95 ? "green" : value >= 0.8 ? "yellow" : "red")}]{Bars[Math.Min(Bars.Length - 1, (int)(value * Bars.Length))]}[/]";

    private double? RateOf(TaskTally task)
    {
        var now = time.GetTimestamp();
        if (!_rates.TryGetValue(task.Name, out var last))
        {
            _rates[task.Name] = (now, task.Predicted, 0);
            return null;
        }

        var seconds = time.GetElapsedTime(last.At, now).TotalSeconds;
        if (seconds >= 1)
        {
            _rates[task.Name] = last = (now, task.Predicted, (task.Predicted - last.Predicted) / seconds);
        }

        return last.Rate;
    }

    private static string Coloured(string update) =>
        $"[{(update == "proven" ? "green" : update is "-" ? "grey" : update.Contains(':', StringComparison.Ordinal) || update == "fault" ? "red" : "yellow")}]{Markup.Escape(update)}[/]";

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";

    private static string Percent(double? share) => share is not { } value ? "-" : $"[{(value >= 0.95 ? "green" : value >= 0.8 ? "yellow" : "red")}]{value.ToString("P1", CultureInfo.InvariantCulture)}[/]";
}
