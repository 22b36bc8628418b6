namespace MtlSplit.IoT.Cli.Registry;

/// <summary>What <c>registry list</c> lists.</summary>
internal enum ListKind
{
    /// <summary>Heads.</summary>
    Heads,

    /// <summary>Runs, the refused ones too.</summary>
    Runs,

    /// <summary>Bundles.</summary>
    Bundles,

    /// <summary>Aliases, with who moved them last.</summary>
    Aliases,
}
