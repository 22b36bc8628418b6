namespace MtlSplit.IoT.Backbone.Updating.Storing;

/// <summary>A bundle that was refused here.</summary>
/// <param name="Digest">The bundle.</param>
/// <param name="Code">The word for why, by <see cref="Contracts.Bundles.BundleFaultCodes"/>.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Count">How often.</param>
/// <param name="At">The last time, Unix microseconds.</param>
/// <param name="RetryAt">When it may be tried again, Unix microseconds; null for never.</param>
internal sealed record Refusal(string Digest, string Code, string Reason, int Count, long At, long? RetryAt);
