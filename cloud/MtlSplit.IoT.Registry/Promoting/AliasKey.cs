using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;

namespace MtlSplit.IoT.Registry.Promoting;

/// <summary>What aliases are for. Heads of other contracts are never in one's place: equal shapes are no equal meaning.</summary>
public sealed record AliasKey
{
    /// <summary>Makes one.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="task">The task.</param>
    /// <exception cref="BusNameException">Fleet or task is no name.</exception>
    public AliasKey(string fleet, ContractId contract, string task) =>
        (Fleet, Contract, Task) = (BusName.Require(fleet, "fleet"), contract, BusName.Require(task, "task"));

    /// <summary>The fleet.</summary>
    public string Fleet { get; }

    /// <summary>The contract.</summary>
    public ContractId Contract { get; }

    /// <summary>The task.</summary>
    public string Task { get; }

    /// <summary>For messages.</summary>
    public override string ToString() => $"{Task} of fleet {Fleet}, contract {Contract.ShortForm}";
}
