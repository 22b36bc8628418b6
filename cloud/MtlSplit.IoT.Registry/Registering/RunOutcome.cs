namespace MtlSplit.IoT.Registry.Registering;

/// <summary>A run as it was registered.</summary>
/// <param name="Run">The run.</param>
/// <param name="Head">The head that came out; null where none did.</param>
public sealed record RunOutcome(RegisteredRun Run, RegisteredHead? Head);
