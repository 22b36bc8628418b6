using System.Collections.Concurrent;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Status;

namespace MtlSplit.IoT.HeadConsumer.Heads;

/// <summary>
/// Which contracts vehicles speak, or still hold features of, after their retained statuses. A vehicle that is away keeps what it said last: its
/// features come when it is back. Thread-safe.
/// </summary>
internal sealed class ContractsInUse
{
    // Whoever may publish could make up vehicles without end; what more there are load their heads when their features come.
    private const int MaxVehicles = 100_000;

    private readonly ConcurrentDictionary<string, ContractId[]> _byVehicle = new(StringComparer.Ordinal);

    /// <summary>Whether a vehicle speaks a contract or holds features of it.</summary>
    public bool Contains(ContractId contract) => _byVehicle.Values.Any(contracts => contracts.Contains(contract));

    /// <summary>A vehicle's status came; null: it was cleared, the vehicle is no more.</summary>
    public void Take(string vehicle, VehicleStatus? status)
    {
        if (status is null)
        {
            _byVehicle.TryRemove(vehicle, out _);
            return;
        }

        string?[] named = [status.Contract, .. status.HeldContracts ?? []];
        var contracts = named.Select(text => ContractId.TryParse(text, out var contract) ? contract : (ContractId?)null).OfType<ContractId>().Distinct().ToArray();
        if (contracts.Length > 0 && (_byVehicle.ContainsKey(vehicle) || _byVehicle.Count < MaxVehicles))
        {
            _byVehicle[vehicle] = contracts;
        }
    }
}
