using MtlSplit.IoT.Contracts.Bundles;

namespace MtlSplit.IoT.Backbone.Updating.Storing;

/// <summary>A bundle in the store.</summary>
/// <param name="Digest">Its name, and its folder's.</param>
/// <param name="ReleaseCounter">Its release counter.</param>
/// <param name="Contract">The contract of its features, 64 hex digits.</param>
internal sealed record InstalledBundle(string Digest, long ReleaseCounter, string Contract)
{
    /// <summary>What is kept of a bundle.</summary>
    public static InstalledBundle Of(Bundle bundle) => new(bundle.Digest, bundle.Manifest.ReleaseCounter, bundle.Contract.ToString());
}
