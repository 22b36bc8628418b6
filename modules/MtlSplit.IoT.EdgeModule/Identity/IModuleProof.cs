using MtlSplit.IoT.EdgeModule.Workload;

namespace MtlSplit.IoT.EdgeModule.Identity;

/// <summary>How a module proves to the hub who it is.</summary>
internal interface IModuleProof
{
    /// <summary>Makes the password of one connection.</summary>
    /// <param name="resource">What the token is for, as it stands in the token.</param>
    /// <param name="expires">When it should end.</param>
    /// <param name="ct">Ends the call.</param>
    /// <returns>The password, null where a certificate is the proof, and when it really ends; null: never.</returns>
    /// <exception cref="WorkloadException">The workload API does not sign.</exception>
    ValueTask<(string? Password, DateTimeOffset? Expires)> ProveAsync(string resource, DateTimeOffset expires, CancellationToken ct);
}
