namespace MtlSplit.IoT.Backbone.Updating.Installing;

/// <summary>The steps of an update, in order. The process may end in any of them.</summary>
internal enum InstallStep
{
    /// <summary>The store is put in order as the process starts.</summary>
    Recover,

    /// <summary>The archive is fetched.</summary>
    Download,

    /// <summary>Its directory, manifest, signature, expiry and release counter are checked.</summary>
    VerifyArchive,

    /// <summary>It is unpacked beside the installed bundles, every digest checked.</summary>
    Extract,

    /// <summary>What was unpacked is made to last, and gets its place.</summary>
    Sync,

    /// <summary>Its models are loaded and run once.</summary>
    Warm,

    /// <summary>Its golden frames are run on this machine.</summary>
    Golden,

    /// <summary>It takes over, provisionally.</summary>
    Activate,

    /// <summary>It stays.</summary>
    Proven,

    /// <summary>The one before takes over again.</summary>
    RolledBack,
}
