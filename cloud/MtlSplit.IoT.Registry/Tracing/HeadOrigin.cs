using MtlSplit.IoT.Registry.Registering;

namespace MtlSplit.IoT.Registry.Tracing;

/// <summary>One step back from a head.</summary>
/// <param name="Version">The head's version.</param>
/// <param name="Head">The head; null where it is not registered (any more).</param>
/// <param name="Run">The run that it came out of; null where none did.</param>
/// <param name="SnapshotKept">Whether the frames of that run are still listed.</param>
/// <param name="Bundle">The digest of the bundle that it came in; null where it came in none.</param>
public sealed record HeadOrigin(string Version, RegisteredHead? Head, RegisteredRun? Run, bool SnapshotKept, string? Bundle);
