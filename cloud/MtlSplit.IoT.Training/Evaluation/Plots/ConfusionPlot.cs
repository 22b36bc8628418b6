using MtlSplit.IoT.Training.Pictures;
using SkiaSharp;

namespace MtlSplit.IoT.Training.Evaluation.Plots;

/// <summary>One task's confusion matrix as shares of each true class.</summary>
internal static class ConfusionPlot
{
    private const double Margin = 32;
    private const double Header = 122;
    private const double Footer = 64;

    private static readonly SKColor Right = new(0x1D, 0x4E, 0xD8);
    private static readonly SKColor Wrong = new(0xDC, 0x26, 0x26);
    private static readonly SKColor Empty = new(0xF8, 0xFA, 0xFC);

    /// <summary>Draws it.</summary>
    public static void Write(string path, TaskScore score, string condition)
    {
        var classes = score.Classes.Count;
        var name = LongestName(score);
        var cell = Math.Max(classes <= 8 ? 58 : classes <= 10 ? 50 : 42, name + 12);
        var (left, top) = (Margin + 36 + name, Margin + Header);
        var side = classes * cell;
        var counts = 64.0;
        using var page = new Canvas(Math.Max(left + side + counts + Margin, 520), top + side + Footer + Margin);
        WriteHeader(page, score, condition);
        for (var row = 0; row < classes; row++)
        {
            var total = score.Confusion[row].Sum();
            var middle = top + ((row + 0.5) * cell);
            page.Text(score.Classes[row], left - 12, middle, 13, Canvas.Ink, Align.Right);
            page.Text($"{total:N0}", left + side + 12, middle, 12, Canvas.Muted);
            for (var column = 0; column < classes; column++)
            {
                var (x, y) = (left + (column * cell), top + (row * cell));
                WriteCell(page, x, y, cell, row == column, score.Confusion[row][column], total);
            }
        }

        page.Text("images", left + side + 12, top - 12, 11, Canvas.Muted);
        for (var column = 0; column < classes; column++)
        {
            page.Text(score.Classes[column], left + ((column + 0.5) * cell), top + side + 18, 13, Canvas.Ink, Align.Centre);
        }

        page.Text("predicted class", left + (side / 2), top + side + 46, 13, Canvas.Muted, Align.Centre);
        page.Text("true class", Margin + 4, top + (side / 2), 13, Canvas.Muted, Align.Centre, turn: -90);
        page.WritePng(path);
    }

    private static double LongestName(TaskScore score)
    {
        // Only a page can tell how wide a text is.
        using var probe = new Canvas(1, 1);
        return score.Classes.Max(name => probe.Measure(name, 13));
    }

    private static void WriteHeader(Canvas page, TaskScore score, string condition)
    {
        page.Text($"{score.Task}, {condition}", Margin, Margin + 10, 20, Canvas.Ink, bold: true);
        page.Text($"accuracy {PlotText.Percent(score.Accuracy)}", Margin, Margin + 38, 13, Canvas.Ink);
        page.Text($"macro-F1 {PlotText.Percent(score.MacroF1)}", Margin, Margin + 58, 13, Canvas.Ink);
        page.Text($"cells: percent of the true class; {score.Count:N0} images in all", Margin, Margin + 80, 12, Canvas.Muted);
    }

    private static void WriteCell(Canvas page, double x, double y, double cell, bool right, long count, long total)
    {
        var share = total == 0 ? 0 : (double)count / total;
        // The root lets rare mistakes be seen.
        var depth = Math.Sqrt(share);
        page.Box(x + 1, y + 1, cell - 2, cell - 2, Mix(Empty, right ? Right : Wrong, depth), 4);
        if (count > 0)
        {
            page.Text(Share(share), x + (cell / 2), y + (cell / 2), cell > 45 ? 13 : 11, depth > 0.62 ? SKColors.White : Canvas.Ink, Align.Centre, bold: right);
        }
    }

    private static string Share(double share) => (share * 100) switch
    {
        >= 99.95 => "100",
        >= 0.05 => $"{share * 100:F1}",
        _ => "<0.1",
    };

    private static SKColor Mix(SKColor from, SKColor to, double share)
    {
        return new SKColor(Channel(from.Red, to.Red), Channel(from.Green, to.Green), Channel(from.Blue, to.Blue));

        byte Channel(byte a, byte b) => (byte)(a + ((b - a) * share) + 0.5);
    }
}
