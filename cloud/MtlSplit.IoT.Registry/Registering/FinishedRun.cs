using MtlSplit.IoT.Contracts.Heads;

namespace MtlSplit.IoT.Registry.Registering;

/// <summary>What a retraining hands over: its document and everything that it names.</summary>
/// <param name="Manifest">The run; <c>Report</c>, <c>Snapshot</c> and <c>Challenger</c> are set by the registry.</param>
/// <param name="Report">The whole report, for people and programs.</param>
/// <param name="Snapshot">The frames, as <see cref="Tracing.SnapshotFile"/> writes them.</param>
public sealed record FinishedRun(RunManifest Manifest, ReadOnlyMemory<byte> Report, ReadOnlyMemory<byte> Snapshot)
{
    /// <summary>The head that came out, accepted or not; null where it did not come to that. Number, contract, digest, run, snapshot and gate are set by the registry.</summary>
    public HeadManifest? Challenger { get; init; }

    /// <summary>The ONNX file of that head.</summary>
    public ReadOnlyMemory<byte> Onnx { get; init; }
}
