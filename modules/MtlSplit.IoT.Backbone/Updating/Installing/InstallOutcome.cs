using MtlSplit.IoT.Contracts.Bundles;

namespace MtlSplit.IoT.Backbone.Updating.Installing;

/// <summary>What became of the wish for a bundle.</summary>
/// <param name="Digest">The bundle.</param>
/// <param name="Result">What became of it.</param>
/// <param name="Fault">Why it was refused; null where it was not.</param>
/// <param name="Reason">The same for people.</param>
/// <param name="RetryAt">When asking again makes sense; null for never, or where it runs.</param>
internal sealed record InstallOutcome(string Digest, InstallResult Result, BundleFault? Fault = null, string? Reason = null, DateTimeOffset? RetryAt = null);
