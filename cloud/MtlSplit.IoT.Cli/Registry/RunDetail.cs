using System.Text.Json;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary>A run as <c>registry show --json</c> prints it.</summary>
/// <param name="Run">As it is listed.</param>
/// <param name="Snapshot">The digest of its snapshot.</param>
/// <param name="SnapshotKept">Whether its frames are still listed.</param>
/// <param name="Report">The gate's report.</param>
internal sealed record RunDetail(RunRow Run, string Snapshot, bool SnapshotKept, JsonElement Report);
