using System.Globalization;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>A line for every event and one every few seconds: for files, pipes and CI.</summary>
internal sealed class PlainView(IAnsiConsole console, TimeProvider time) : IDemoView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public async Task ShowAsync(DemoTally tally, DemoStage stage, CancellationToken until)
    {
        foreach (var note in stage.Read(int.MaxValue).Notes)
        {
            console.WriteLine(note);
        }

        stage.Noted += Write;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(until))
            {
                Write($"{stage.Elapsed.TotalSeconds,6:F1} s    {Line(tally)}");
            }
        }
        catch (OperationCanceledException)
        {
            // Shown long enough.
        }
        finally
        {
            stage.Noted -= Write;
        }
    }

    public void Summarise(DemoReport report) => DemoSummary.Write(report, console);

    private static string Line(DemoTally tally)
    {
        var second = (tally.Now() / 1_000_000) - 2;
        return tally.Read((vehicles, tasks, _) => string.Join("  ", vehicles.Select(v => $"{v.Name} {Number(v.FramesPerSecond, "F0")}/s"))
            + string.Concat(tasks.Select(task =>
                $"  | {task.Name} {task.Predicted} answers, {DemoCast.ShiftedVehicle} {Percent(task.Rolling(shiftedVehicle: true, second))} right, p50 {Number(task.Latency.Percentile(0.5), "F1")} ms")));
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";

    private static string Percent(double? share) => share?.ToString("P1", CultureInfo.InvariantCulture) ?? "-";

    private void Write(string line) => console.WriteLine(line);
}
