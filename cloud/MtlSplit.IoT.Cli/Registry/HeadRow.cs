using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Registering;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary>A head as listed.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Task">Its task.</param>
/// <param name="Contract">Its contract.</param>
/// <param name="At">When it was made.</param>
/// <param name="Gate">What the gate said; null where no run made it.</param>
/// <param name="Accuracy">Its accuracy on held-out samples, where it was measured.</param>
/// <param name="Parent">What it was trained from.</param>
/// <param name="Aliases">Where it is what: <c>north:production</c>.</param>
/// <param name="Id">The digest of its document.</param>
internal sealed record HeadRow(string Version, string Task, string Contract, string At, string? Gate, double? Accuracy, string? Parent, IReadOnlyList<string> Aliases, string Id)
{
    public static HeadRow Of(RegisteredHead head, IReadOnlyList<(AliasKey Key, AliasRecord Record)> aliases) => new(
        head.Version,
        head.Manifest.Task,
        head.Manifest.Contract,
        Moment.Of(head.Manifest.CreatedAt),
        head.Origin(RegisteredHead.Gate),
        head.Manifest.Metrics.TryGetValue("accuracy", out var accuracy) ? accuracy : null,
        head.Manifest.Parent,
        [.. aliases.Where(a => a.Key.Contract == head.Contract && a.Key.Task == head.Manifest.Task).SelectMany(a => Names(a.Record, head.Target).Select(name => $"{a.Key.Fleet}:{name}"))],
        head.Id);

    private static IEnumerable<string> Names(AliasRecord record, AliasTarget target)
    {
        if (record.Production == target)
        {
            yield return "production";
        }

        if (record.Shadow == target)
        {
            yield return "shadow";
        }

        if (record.Previous == target)
        {
            yield return "previous";
        }
    }
}
