using MtlSplit.IoT.Contracts.Heads;

namespace MtlSplit.IoT.Registry.Promoting;

/// <summary>One change of where aliases lead.</summary>
/// <param name="Record">Where they lead since, who, when and why.</param>
/// <param name="Alias">Which one was moved.</param>
/// <param name="From">Where it led before; null: nowhere.</param>
/// <param name="To">Where it leads since; null: nowhere.</param>
public sealed record AliasChange(AliasRecord Record, HeadAlias Alias, AliasTarget? From, AliasTarget? To);
