using System.Globalization;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>A line for every event and one every few seconds: for files, pipes and CI.</summary>
internal sealed class PlainView(IAnsiConsole console, TimeProvider time) : IDemoView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private int _shown;

    public async Task ShowAsync(DemoTally tally, DemoStage stage, CancellationToken until)
    {
        // What was said before anybody looked, once.
        foreach (var note in stage.Read(int.MaxValue).Notes.Skip(_shown))
        {
            Note(note);
        }

        stage.Noted += Note;
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
            stage.Noted -= Note;
        }
    }

    public void Summarise(DemoReport report) => DemoSummary.Write(report, console);

    private static string Line(DemoTally tally)
    {
        var second = (tally.Now() / 1_000_000) - 2;
        return tally.Read((vehicles, tasks, consumers) =>
            string.Join("  ", vehicles.Select(v => $"{v.Name} {Number(v.FramesPerSecond, "F0")}/s {Number(v.BytesPerFeature, "F0")} B {v.Dropped} dropped, {v.Bundle} {v.Update}"))
            + string.Concat(tasks.Select(task =>
                $"  | {task.Name} {task.Predicted} answers, {Percent(task.Rolling(shiftedVehicle: false, second))} right, {DemoCast.ShiftedVehicle} {Percent(task.Rolling(shiftedVehicle: true, second))}, "
                + $"p50 {Number(task.Latency.Percentile(0.5), "F1")} ms, p99 {Number(task.Latency.Percentile(0.99), "F1")} ms, lag {Number(consumers.GetValueOrDefault(task.Name)?.LagSeconds, "F2")} s")));
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";

    private static string Percent(double? share) => share?.ToString("P1", CultureInfo.InvariantCulture) ?? "-";

    private void Note(string line)
    {
        _shown++;
        Write(line);
    }

    private void Write(string line) => console.WriteLine(line);
}
