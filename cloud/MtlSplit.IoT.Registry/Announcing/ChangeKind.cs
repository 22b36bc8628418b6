namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>What changed in the registry. <see cref="ChangeKinds"/> gives the words that are announced.</summary>
public enum ChangeKind
{
    /// <summary>A head was registered.</summary>
    HeadRegistered,

    /// <summary>A run was registered whose head may answer.</summary>
    RunAccepted,

    /// <summary>A run was registered that the gate refused.</summary>
    RunRefused,

    /// <summary>A bundle was registered.</summary>
    BundleRegistered,

    /// <summary>Another head answers.</summary>
    Promoted,

    /// <summary>The head that answered before answers again.</summary>
    RolledBack,

    /// <summary>Another head, or none, is watched beside the one that answers.</summary>
    ShadowChanged,

    /// <summary>Garbage collection took something.</summary>
    Collected,
}
