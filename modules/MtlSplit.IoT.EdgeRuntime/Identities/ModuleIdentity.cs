using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.EdgeRuntime.Identities;

/// <summary>A module as the hub knows it. Immutable.</summary>
/// <param name="Id">Device and module.</param>
/// <param name="GenerationId">Another one after it was deleted and made again.</param>
/// <param name="Key">Its primary key.</param>
/// <param name="SecondaryKey">Its other key; empty: none.</param>
/// <param name="ManagedBy">Who keeps it; <see cref="Keeper"/> for the agent's.</param>
internal sealed record ModuleIdentity(HubIdentity Id, string GenerationId, byte[] Key, byte[] SecondaryKey, string? ManagedBy)
{
    /// <summary>What the agent writes into the identities that it makes, and only those does it delete.</summary>
    public const string Keeper = "IotEdge";

    public string ModuleId => Id.ModuleId!;

    /// <summary>Whether both may be used for each other.</summary>
    public bool IsSame(ModuleIdentity other) => Id == other.Id && GenerationId == other.GenerationId && Key.AsSpan().SequenceEqual(other.Key);

    /// <summary>Never its keys.</summary>
    public override string ToString() => $"{Id} ({GenerationId})";
}
