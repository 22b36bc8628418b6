namespace MtlSplit.IoT.Backbone.Updating.Installing;

/// <summary>What became of the wish for a bundle.</summary>
internal enum InstallResult
{
    /// <summary>It runs, provisionally.</summary>
    Activated,

    /// <summary>It ran already.</summary>
    AlreadyActive,

    /// <summary>It was the kept one and runs again.</summary>
    Returned,

    /// <summary>It was refused now.</summary>
    Refused,

    /// <summary>It was refused before, and it is not (yet) time to try again.</summary>
    RefusedBefore,
}
