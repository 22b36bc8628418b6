using System.Globalization;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>Writes the outcome for people.</summary>
internal static class DemoSummary
{
    // A fall of so much is what the demonstration is about.
    private const double WorthTelling = 0.1;

    public static void Write(DemoReport report, IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Ascii);
        foreach (var column in new[] { "task", "before", "unseen light", "new head", "regained", "new backbone", "other vehicles", "answers" })
        {
            table.AddColumn(column == "task" ? new TableColumn(column) : new TableColumn(column).RightAligned());
        }

        foreach (var (task, accuracy) in report.Accuracy)
        {
            table.AddRow(
                task, Percent(accuracy.Before), Percent(accuracy.Shifted), Percent(accuracy.Recovered), Percent(accuracy.Regained, "P0"), Percent(accuracy.Renewed), Percent(accuracy.Others),
                report.Predictions[task].ToString("N0", CultureInfo.InvariantCulture));
        }

        console.WriteLine();
        console.WriteLine($"Accuracy on {DemoCast.ShiftedVehicle}, from labels:");
        console.Write(table);
        foreach (var (task, retraining) in report.Retraining)
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{task}: {retraining.Published ?? "no new head"} from {retraining.Samples:N0} samples in {retraining.Seconds:F1} s. {retraining.Reason}"));
        }

        WriteRollout(report, console);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Frames:N0} frames, {report.FramesDropped:N0} dropped; {report.FeaturesPublished:N0} features of {report.BytesPerFeature:F0} bytes, a frame is {report.BytesPerRawFrame:N0}"));
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"lost {report.Lost}, duplicates {report.Duplicates}, redelivered {report.Redelivered}; frame to prediction p50 {report.LatencyMs.P50:F1} ms, p99 {report.LatencyMs.P99:F1} ms; first prediction after {report.FirstPredictionSeconds:F1} s"));
        foreach (var fault in report.Faults)
        {
            console.WriteLine($"FAULT: {fault}");
        }

        foreach (var (task, _) in report.Accuracy.Where(task => task.Value.Before - task.Value.Shifted >= WorthTelling && task.Value.Regained < 0.5))
        {
            console.WriteLine($"Less than half of what {task} lost came back: more labels help (--shifted, --rate).");
        }

        console.WriteLine(report.Passed ? "The loop closed." : "The loop did not close.");
    }

    private static void WriteRollout(DemoReport report, IAnsiConsole console)
    {
        if (report.Backbone is not { } backbone)
        {
            return;
        }

        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Release {backbone.Release}, a new backbone from frames in {backbone.Seconds:F1} s: bundle {Short(backbone.Bundle)}, contract fc-{backbone.Contract[..12]}."));
        var table = new Table().Border(TableBorder.Ascii);
        foreach (var column in new[] { "vehicle", "from", "to", "seconds", "frames lost", "refused" })
        {
            table.AddColumn(column is "seconds" or "frames lost" ? new TableColumn(column).RightAligned() : new TableColumn(column));
        }

        foreach (var vehicle in report.Rollout.Select(move => move.Vehicle).Union(report.Refused.Select(refusal => refusal.Vehicle)).Order(StringComparer.Ordinal))
        {
            var move = report.Rollout.FirstOrDefault(move => move.Vehicle == vehicle);
            var refused = report.Refused.Where(refusal => refusal.Vehicle == vehicle).Select(refusal => $"{Short(refusal.Digest)}: {refusal.Code}");
            table.AddRow(
                vehicle, move is null ? "-" : Short(move.From), move is null ? "-" : Short(move.To), move?.Seconds.ToString("F2", CultureInfo.InvariantCulture) ?? "-",
                move?.FramesLost.ToString("N0", CultureInfo.InvariantCulture) ?? "-", Markup.Escape(string.Join(", ", refused)));
        }

        console.Write(table);
    }

    private static string Short(string digest) => digest.Length > 8 ? digest[..8] : digest;

    private static string Percent(double? share, string format = "P1") => share?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
