namespace MtlSplit.IoT.Contracts.Bundles;

/// <summary>Where a bundle comes from.</summary>
public sealed record BundleLineage
{
    /// <summary>The digest of the bundle it was trained from, if any.</summary>
    public string? Parent { get; init; }

    /// <summary>The data set and what of it was used.</summary>
    public required string Data { get; init; }

    /// <summary>The command that made it.</summary>
    public required string Command { get; init; }

    /// <summary>The version of the code.</summary>
    public required string Code { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }
}
