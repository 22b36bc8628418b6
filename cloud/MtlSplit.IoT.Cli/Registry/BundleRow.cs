using MtlSplit.IoT.Registry.Registering;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary>A bundle as listed.</summary>
/// <param name="Digest">Its name.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Release">Its release counter.</param>
/// <param name="Contract">Its contract.</param>
/// <param name="At">When it was made.</param>
/// <param name="Tasks">Its tasks.</param>
internal sealed record BundleRow(string Digest, string Model, long Release, string Contract, string At, IReadOnlyList<string> Tasks)
{
    public static BundleRow Of(RegisteredBundle bundle) => new(
        bundle.Digest, bundle.Manifest.Name, bundle.Manifest.ReleaseCounter, bundle.Manifest.Contract, Moment.Of(bundle.Manifest.CreatedAt), [.. bundle.Manifest.Tasks.Select(task => task.Name)]);
}
