namespace MtlSplit.IoT.Images.Oci;

/// <summary>How an image's program runs. Immutable.</summary>
public sealed record ImageConfig
{
    /// <summary>The program and its first arguments.</summary>
    public required IReadOnlyList<string> Entrypoint { get; init; }

    /// <summary>Who it runs as: numbers of user and group, so that a host can tell without looking into the image.</summary>
    public required string User { get; init; }

    /// <summary>Where it runs.</summary>
    public string WorkingFolder { get; init; } = "/";

    /// <summary>Variables that it gets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What is said of the image, by the names of <c>org.opencontainers.image</c>.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);
}
