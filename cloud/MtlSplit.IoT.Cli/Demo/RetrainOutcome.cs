using System.Text.Json;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>What a retraining process said at its end.</summary>
/// <param name="Published">The new version; null: none.</param>
/// <param name="Reason">What the gate said, or what went wrong.</param>
/// <param name="Samples">Labelled samples learned from.</param>
internal sealed record RetrainOutcome(string? Published, string Reason, int Samples)
{
    /// <summary>Reads the report from a log: progress lines, then one JSON object.</summary>
    public static RetrainOutcome Read(string log, int exit)
    {
        var lines = File.ReadAllLines(log);
        var from = Array.IndexOf(lines, "{");
        var to = Array.LastIndexOf(lines, "}");
        if (from < 0 || to < from)
        {
            return new RetrainOutcome(null, $"exit code {exit}: {lines.LastOrDefault() ?? "it said nothing"}", 0);
        }

        try
        {
            // Both outputs of the process end up in the log, so a line of progress may stand among those of the report, which are indented.
            using var report = JsonDocument.Parse(string.Join('\n', lines[from..(to + 1)].Where(line => line is "{" or "}" or [' ', ' ', ..])));
            var root = report.RootElement;
            return new RetrainOutcome(
                root.TryGetProperty("published", out var published) ? published.GetString() : null,
                root.GetProperty("reason").GetString()!,
                root.GetProperty("trainingSamples").GetInt32());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new RetrainOutcome(null, $"exit code {exit}: its report does not read: {e.Message}", 0);
        }
    }
}
