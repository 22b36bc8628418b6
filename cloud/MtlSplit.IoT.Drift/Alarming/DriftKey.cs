using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Drift.Alarming;

/// <summary>What is watched on its own: the answers to one task under one contract by one group of vehicles.</summary>
/// <param name="Contract">The contract; features of different contracts are never compared.</param>
/// <param name="Task">The task.</param>
/// <param name="Group">The vehicle group.</param>
public sealed record DriftKey(ContractId Contract, string Task, string Group)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Contract.ShortForm}/{Task}/{Group}";
}
