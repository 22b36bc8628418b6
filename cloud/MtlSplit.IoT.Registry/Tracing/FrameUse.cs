using MtlSplit.IoT.Registry.Registering;

namespace MtlSplit.IoT.Registry.Tracing;

/// <summary>What one run did with a frame.</summary>
/// <param name="Run">The run.</param>
/// <param name="Frame">The frame as its snapshot has it.</param>
/// <param name="Head">The head that came out; null where none did, or it is collected.</param>
public sealed record FrameUse(RegisteredRun Run, SnapshotFrame Frame, RegisteredHead? Head);
