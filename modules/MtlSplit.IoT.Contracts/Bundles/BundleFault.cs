namespace MtlSplit.IoT.Contracts.Bundles;

/// <summary>Why a bundle may not be used. <see cref="BundleFaultCodes"/> gives the words that are reported for each.</summary>
public enum BundleFault
{
    /// <summary>There is no bundle, or a file that the manifest names is missing.</summary>
    Missing,

    /// <summary>The manifest cannot be understood.</summary>
    BadManifest,

    /// <summary>The descriptor breaks a rule, or its digest is not the contract that the manifest names.</summary>
    BadContract,

    /// <summary>A path leaves the bundle's folder or is not plain.</summary>
    BadPath,

    /// <summary>A file's length or digest is not what the manifest says.</summary>
    BadDigest,

    /// <summary>The manifest uses a file that it does not list, or an archive holds one that it does not list.</summary>
    UnlistedFile,

    /// <summary>What should be an archive is none, or uses a part of the format that bundles do without.</summary>
    NotAnArchive,

    /// <summary>The archive ends too early, or bytes are missing in it.</summary>
    Truncated,

    /// <summary>A name stands twice.</summary>
    DuplicateFile,

    /// <summary>An entry of the archive is a link or another file that is not plain.</summary>
    Link,

    /// <summary>It is larger, or holds more files, than allowed, or more comes out of a file than the manifest says.</summary>
    TooLarge,

    /// <summary>It carries no signature.</summary>
    Unsigned,

    /// <summary>None of its signatures is of a key that is trusted here.</summary>
    UnknownKey,

    /// <summary>A signature of a trusted key is not one of this manifest.</summary>
    BadSignature,

    /// <summary>It is another bundle than the one that was asked for.</summary>
    OtherBundle,

    /// <summary>It is not to be installed any more.</summary>
    Expired,

    /// <summary>Its release counter is below what was proven on this vehicle.</summary>
    Downgrade,

    /// <summary>It could not be fetched.</summary>
    DownloadFailed,

    /// <summary>There is no room for it.</summary>
    DiskFull,

    /// <summary>The disk did not read or write, for another reason than room.</summary>
    StorageFailed,

    /// <summary>A model of it does not load or run on this machine.</summary>
    CannotRun,

    /// <summary>This machine answers a golden frame otherwise than its makers did.</summary>
    GoldenMismatch,

    /// <summary>The process ended again and again while it was tried.</summary>
    KeepsCrashing,

    /// <summary>One of its features was put into quarantine in the cloud.</summary>
    Quarantined,

    /// <summary>Its answers in the field are outside the ranges that prove it.</summary>
    OutOfRange,
}
