using System.Diagnostics.CodeAnalysis;

namespace MtlSplit.IoT.Contracts.Bundles;

/// <summary>The words by which faults are reported: in a vehicle's twin, in JSON, in its state. They are never changed, only added to.</summary>
public static class BundleFaultCodes
{
    private static readonly (BundleFault Fault, string Code)[] Codes =
    [
        (BundleFault.Missing, "missing-file"),
        (BundleFault.BadManifest, "bad-manifest"),
        (BundleFault.BadContract, "bad-contract"),
        (BundleFault.BadPath, "bad-path"),
        (BundleFault.BadDigest, "bad-digest"),
        (BundleFault.UnlistedFile, "unlisted-file"),
        (BundleFault.NotAnArchive, "not-an-archive"),
        (BundleFault.Truncated, "truncated"),
        (BundleFault.DuplicateFile, "duplicate-file"),
        (BundleFault.Link, "link"),
        (BundleFault.TooLarge, "too-large"),
        (BundleFault.Unsigned, "unsigned"),
        (BundleFault.UnknownKey, "unknown-key"),
        (BundleFault.BadSignature, "bad-signature"),
        (BundleFault.OtherBundle, "other-bundle"),
        (BundleFault.Expired, "expired"),
        (BundleFault.Downgrade, "downgrade"),
        (BundleFault.DownloadFailed, "download-failed"),
        (BundleFault.DiskFull, "disk-full"),
        (BundleFault.StorageFailed, "storage-failed"),
        (BundleFault.CannotRun, "cannot-run"),
        (BundleFault.GoldenMismatch, "golden-mismatch"),
        (BundleFault.KeepsCrashing, "keeps-crashing"),
        (BundleFault.Quarantined, "features-quarantined"),
        (BundleFault.OutOfRange, "out-of-range"),
    ];

    /// <summary>The fault's word, such as <c>bad-signature</c>.</summary>
    public static string Code(this BundleFault fault) =>
        Array.Find(Codes, c => c.Fault == fault).Code ?? throw new ArgumentOutOfRangeException(nameof(fault), fault, "There is no such fault.");

    /// <summary>The fault of a word; false where none has it.</summary>
    public static bool TryParse([NotNullWhen(true)] string? code, out BundleFault fault)
    {
        var found = Array.Find(Codes, c => c.Code == code);
        fault = found.Fault;
        return found.Code is not null;
    }
}
