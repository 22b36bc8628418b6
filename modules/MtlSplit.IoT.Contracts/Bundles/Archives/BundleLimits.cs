namespace MtlSplit.IoT.Contracts.Bundles.Archives;

/// <summary>How much an archive may make its reader do, whatever it claims.</summary>
public sealed record BundleLimits
{
    /// <summary>What bundles are held to where nothing else is said.</summary>
    public static readonly BundleLimits Default = new();

    /// <summary>Bytes of all files together once unpacked; the archive itself may have so many and <see cref="Overhead"/> more.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>Files beside the manifest and its signatures.</summary>
    public int MaxFiles { get; init; } = 256;

    /// <summary>Bytes of <c>model.json</c>.</summary>
    public int MaxManifestBytes { get; init; } = 1 << 20;

    /// <summary>Bytes of an archive that are not its files: manifest, signatures, names.</summary>
    public int Overhead => MaxManifestBytes + (1 << 20);
}
