using MtlSplit.IoT.Training.Pictures;
using SkiaSharp;

namespace MtlSplit.IoT.Training.Evaluation.Plots;

/// <summary>Accuracy of every task under every condition, each with its interval.</summary>
internal static class AccuracyPlot
{
    private const double Margin = 32;
    private const double Header = 122;
    private const double Axis = 52;
    private const double Width = 560;
    private const double TaskHeight = 22;
    private const double RowGap = 18;
    private const double Figures = 64;
    private const double CapHeight = 5;
    private const int LongestTitle = 92;

    private static readonly SKColor[] Colours =
    [
        new(0x25, 0x63, 0xEB), new(0xEA, 0x58, 0x0C), new(0x05, 0x96, 0x69), new(0x7C, 0x3A, 0xED), new(0xDB, 0x27, 0x77), new(0x0E, 0x74, 0x90),
    ];

    /// <summary>Draws it.</summary>
    public static void Write(string path, EvaluationReport report)
    {
        var tasks = report.Conditions[0].Tasks.Select(task => task.Task).ToArray();
        var row = (tasks.Length * TaskHeight) + RowGap;
        var (left, top) = (Left(report), Margin + Header);
        var height = report.Conditions.Length * row;
        var (low, step) = Range(report.Conditions.SelectMany(condition => condition.Tasks).Min(task => task.Accuracy.Low));
        using var page = new Canvas(left + Width + Figures + Margin, top + height + Axis + Margin);
        page.Text("Accuracy by condition", Margin, Margin + 10, 20, Canvas.Ink, bold: true);
        page.Text(Short($"{report.Model}; {report.Path}"), Margin, Margin + 38, 13, Canvas.Muted);
        page.Text($"{report.Conditions[0].Tasks[0].Count:N0} images under each condition; whiskers are 95 % intervals", Margin, Margin + 58, 13, Canvas.Muted);
        WriteLegend(page, tasks);
        for (var tick = 0; low + (tick * step) <= 1 + 1e-9; tick++)
        {
            var share = low + (tick * step);
            page.Stroke(At(share), top, At(share), top + height, Canvas.Line);
            page.Text(step < 0.01 ? $"{share * 100:F1} %" : $"{share * 100:F0} %", At(share), top + height + 18, 12, Canvas.Muted, Align.Centre);
        }

        page.Text("accuracy", left + (Width / 2), top + height + 42, 13, Canvas.Muted, Align.Centre);
        for (var c = 0; c < report.Conditions.Length; c++)
        {
            var y = top + (c * row) + (RowGap / 2);
            if (c > 0)
            {
                page.Stroke(Margin, top + (c * row), left + Width, top + (c * row), Canvas.Line);
            }

            page.Text(report.Conditions[c].Condition, left - 16, y + (tasks.Length * TaskHeight / 2), 13, Canvas.Ink, Align.Right);
            for (var t = 0; t < tasks.Length; t++)
            {
                WriteScore(page, report.Conditions[c].Tasks[t].Accuracy, y + ((t + 0.5) * TaskHeight), Colours[t % Colours.Length]);
            }
        }

        page.WritePng(path);

        double At(double share) => left + ((share - low) / (1 - low) * Width);

        void WriteScore(Canvas canvas, Interval accuracy, double y, SKColor colour)
        {
            canvas.Stroke(At(accuracy.Low), y, At(accuracy.High), y, colour, 1.5);
            canvas.Stroke(At(accuracy.Low), y - CapHeight, At(accuracy.Low), y + CapHeight, colour, 1.5);
            canvas.Stroke(At(accuracy.High), y - CapHeight, At(accuracy.High), y + CapHeight, colour, 1.5);
            canvas.Dot(At(accuracy.Value), y, 3.5, colour);
            canvas.Text($"{accuracy.Value * 100:F1} %", left + Width + 16, y, 12, colour, bold: true);
        }
    }

    private static void WriteLegend(Canvas page, string[] tasks)
    {
        var x = Margin + 5;
        for (var t = 0; t < tasks.Length; t++)
        {
            page.Dot(x, Margin + 88, 5, Colours[t % Colours.Length]);
            page.Text(tasks[t], x + 12, Margin + 88, 13, Canvas.Ink);
            x += page.Measure(tasks[t], 13) + 40;
        }
    }

    private static string Short(string title) => title.Length <= LongestTitle ? title : $"…{title[^LongestTitle..]}";

    private static double Left(EvaluationReport report)
    {
        using var probe = new Canvas(1, 1);
        return Math.Max(Margin + report.Conditions.Max(condition => probe.Measure(condition.Condition, 13)) + 16, 120);
    }

    /// <summary>Where the axis begins, and the distance between its marks: at most ten, all round figures.</summary>
    private static (double Low, double Step) Range(double least)
    {
        foreach (var step in (ReadOnlySpan<double>)[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1])
        {
            var marks = Math.Ceiling((1 - least) / step);
            if (marks <= 10)
            {
                return (1 - (Math.Max(marks, 2) * step), step);
            }
        }

        return (0, 0.1);
    }
}
