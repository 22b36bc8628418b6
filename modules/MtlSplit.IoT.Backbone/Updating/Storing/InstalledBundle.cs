namespace MtlSplit.IoT.Backbone.Updating.Storing;

/// <summary>A bundle in the store.</summary>
/// <param name="Digest">Its name, and its folder's.</param>
/// <param name="ReleaseCounter">Its release counter.</param>
internal sealed record InstalledBundle(string Digest, long ReleaseCounter);
