using System.Globalization;
using System.Text;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Registering;
using MtlSplit.IoT.Registry.Tracing;

namespace MtlSplit.IoT.Registry.Describing;

/// <summary>Writes the card that people read about a head: Markdown, from what is registered and nothing else.</summary>
internal static class HeadCard
{
    /// <summary>Writes it.</summary>
    /// <param name="lineage">Where the head comes from and what became of it.</param>
    /// <param name="signatures">Who signed it; null: nobody.</param>
    public static string Write(HeadLineage lineage, SignatureFile? signatures)
    {
        var (head, text) = (lineage.Head, new StringBuilder());
        var manifest = head.Manifest;
        text.Append(CultureInfo.InvariantCulture, $"# {head.Version}, head of {manifest.Task}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Reads features of contract `{head.Contract.ShortForm}` and tells {manifest.Classes.Length} classes apart: {string.Join(", ", manifest.Classes)}.\n");
        text.Append(CultureInfo.InvariantCulture, $"Made {Date(manifest.CreatedAt)}. Document `{head.Id[..16]}`, ONNX file `{manifest.Sha256[..16]}`.\n\n");
        WriteUse(text, lineage.Times);
        WriteScores(text, head);
        WriteOrigin(text, lineage);
        text.Append("## Who vouches for it\n\n");
        text.Append(signatures is null ? "Nobody has signed it.\n" : $"Signed with {string.Join(", ", signatures.Signatures.Select(s => $"`{s.KeyId[..12]}`"))}.\n");
        return text.ToString();
    }

    private static void WriteUse(StringBuilder text, IReadOnlyList<AnsweringTime> times)
    {
        text.Append("## Use\n\n");
        if (times.Count == 0)
        {
            text.Append("It never answered.\n\n");
            return;
        }

        text.Append("| fleet | as | from | until | why |\n|---|---|---|---|---|\n");
        foreach (var time in times)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {time.Key.Fleet} | {Word(time.Alias)} | {Date(time.Since)} | {(time.Until is { } until ? Date(until) : "now")} | {Cell(time.Why)} |\n");
        }

        text.Append('\n');
    }

    private static void WriteScores(StringBuilder text, RegisteredHead head)
    {
        var metrics = head.Manifest.Metrics;
        if (metrics.Count == 0)
        {
            return;
        }

        text.Append("## What it scores\n\n| figure | value | 95 % interval |\n|---|---|---|\n");
        foreach (var (name, value) in metrics.Where(metric => !IsBound(metric.Key)))
        {
            var bounds = metrics.TryGetValue(name + "_low", out var low) && metrics.TryGetValue(name + "_high", out var high) ? $"{Number(low)} to {Number(high)}" : "";
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {Number(value)} | {bounds} |\n");
        }

        if (metrics.TryGetValue("difference_low", out var least) && metrics.TryGetValue("difference_high", out var most))
        {
            text.Append(CultureInfo.InvariantCulture, $"| difference to {head.Manifest.Parent} | | {Number(least)} to {Number(most)} |\n");
        }

        text.Append('\n');

        bool IsBound(string name) => name.EndsWith("_low", StringComparison.Ordinal) || name.EndsWith("_high", StringComparison.Ordinal);
    }

    private static void WriteOrigin(StringBuilder text, HeadLineage lineage)
    {
        text.Append("## Where it comes from\n\n");
        foreach (var origin in lineage.Origins)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {origin.Version}: ");
            text.Append(origin switch
            {
                { Run: { } run } => string.Create(
                    CultureInfo.InvariantCulture,
                    $"run `{run.Id[..12]}` of {Date(run.Manifest.At)} from {run.Manifest.Parent}, {run.Manifest.TrainingSamples:N0} frames to learn from and {run.Manifest.HeldOutSamples:N0} to compare on (snapshot `{run.Manifest.Snapshot[..12]}`{(origin.SnapshotKept ? "" : ", collected")}), seed {run.Manifest.Seed}, code {run.Manifest.Code}. Gate: {run.Manifest.Decision}. {run.Manifest.Reason}"),
                { Bundle: { } bundle } => $"came in bundle `{bundle[..Math.Min(12, bundle.Length)]}`.",
                { Head: null } => "is not registered.",
                _ => "was registered without a run.",
            });
            text.Append('\n');
        }

        if (lineage.Children.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nTrained from it: {string.Join(", ", lineage.Children.Select(child => child.Version))}.\n");
        }

        text.Append('\n');
    }

    private static string Word(HeadAlias alias) => alias.ToString().ToLowerInvariant();

    // A line end or a bar would end the cell.
    private static string Cell(string text) => text.Replace('\n', ' ').Replace("|", "\\|", StringComparison.Ordinal);

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Date(long unixMicroseconds) => DateTimeOffset.UnixEpoch.AddMicroseconds(unixMicroseconds).ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
