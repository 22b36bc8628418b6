namespace MtlSplit.IoT.Contracts.Bundles;

/// <summary>Why a bundle may not be used.</summary>
public enum BundleFault
{
    /// <summary>There is no bundle in the folder, or a file that the manifest names is missing.</summary>
    Missing,

    /// <summary>The manifest cannot be understood.</summary>
    BadManifest,

    /// <summary>The descriptor breaks a rule, or its digest is not the contract that the manifest names.</summary>
    BadContract,

    /// <summary>A path leaves the bundle's folder or is not plain.</summary>
    BadPath,

    /// <summary>A file's length or digest is not what the manifest says.</summary>
    BadDigest,

    /// <summary>The manifest uses a file that it does not list, or lists one twice.</summary>
    UnlistedFile,
}
