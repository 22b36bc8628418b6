using MtlSplit.IoT.Registry.Registering;

namespace MtlSplit.IoT.Registry.Tracing;

/// <summary>Where a head comes from and what became of it.</summary>
/// <param name="Head">The head.</param>
/// <param name="Origins">The head itself, the one that it was trained from, and so on to the first; a head that is not registered ends it.</param>
/// <param name="Children">Heads that were trained from it.</param>
/// <param name="Times">When it answered or was watched, and for whom.</param>
public sealed record HeadLineage(RegisteredHead Head, IReadOnlyList<HeadOrigin> Origins, IReadOnlyList<RegisteredHead> Children, IReadOnlyList<AnsweringTime> Times);
