using MtlSplit.IoT.Contracts.Bundles;

namespace MtlSplit.IoT.Backbone.Updating.Proving;

/// <summary>What evidence says about a provisional bundle.</summary>
/// <param name="IsProven">It stays.</param>
/// <param name="Fault">It goes, for this; null where it does not.</param>
/// <param name="Reason">The fault for people.</param>
internal readonly record struct ProofVerdict(bool IsProven, BundleFault? Fault, string Reason)
{
    /// <summary>Too little to say; not a failure, however long it lasts.</summary>
    public static ProofVerdict Undecided => default;

    /// <summary>It stays.</summary>
    public static ProofVerdict Proven => new(true, null, "");

    /// <summary>It goes.</summary>
    public static ProofVerdict Refuted(BundleFault fault, string reason) => new(false, fault, reason);
}
