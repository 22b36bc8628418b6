using System.Globalization;
using Spectre.Console;

namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>A report for people.</summary>
internal static class RetrainReportView
{
    public static void Show(RetrainReport report, IAnsiConsole console)
    {
        if (report.Comparison is { } all)
        {
            var table = new Table().AddColumns("held out", "samples", $"{report.Current} (in use)", report.Registered ?? "challenger", "difference, 95 %", "gained", "lost");
            AddRow(table, "all", all);
            foreach (var (vehicle, comparison) in report.Vehicles)
            {
                AddRow(table, vehicle, comparison);
            }

            console.Write(table);
        }

        foreach (var (name, count) in report.UnknownClasses)
        {
            console.WriteLine($"left out: {count} labels of class '{name}', which the head does not have");
        }

        if (report.Undecodable > 0)
        {
            console.WriteLine($"left out: {report.Undecodable} features that their contract cannot decode");
        }

        if (report.Contradicted > 0)
        {
            console.WriteLine($"left out: {report.Contradicted} frames whose labels contradict each other; 'mtlsplit labels conflicts' lists them");
        }

        if (report.KeptApart > 0)
        {
            console.WriteLine($"kept apart: {report.KeptApart} labelled frames of the uniform stream");
        }

        console.WriteLine(string.Join(", ", report.Seconds.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value:0.0} s"))));
        var outcome = report.Published is { } version ? $"published {version}"
            : report.Decision == GateDecision.Accepted ? "accepted, not published (dry run)"
            : $"refused ({report.Decision})";
        if (report.Run is { } run)
        {
            console.WriteLine($"run {run[..12]}{(report.Registered is { } head && report.Published is null ? $", its head kept as {head}" : "")}: mtlsplit registry show {report.Registered ?? run[..12]}");
        }

        console.WriteLine($"{report.Task}: {outcome}. {report.Reason}");
    }

    private static void AddRow(Table table, string name, PairedComparison c) => table.AddRow(
        Markup.Escape(name),
        c.Samples.ToString(CultureInfo.InvariantCulture),
        Share(c.Current),
        Share(c.Challenger),
        string.Create(CultureInfo.InvariantCulture, $"{c.Difference.Value:+0.000;-0.000;0.000} ({c.Difference.Low:+0.000;-0.000;0.000} to {c.Difference.High:+0.000;-0.000;0.000})"),
        c.Gained.ToString(CultureInfo.InvariantCulture),
        c.Lost.ToString(CultureInfo.InvariantCulture));

    private static string Share(Interval i) => string.Create(CultureInfo.InvariantCulture, $"{i.Value:0.000} ({i.Low:0.000} to {i.High:0.000})");
}
