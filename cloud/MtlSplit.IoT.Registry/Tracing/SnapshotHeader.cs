namespace MtlSplit.IoT.Registry.Tracing;

/// <summary>The first line of a snapshot: what its frames have in common, and the names that they refer to by number.</summary>
internal sealed record SnapshotHeader
{
    public const string CurrentSchema = "mtlsplit.snapshot/1";

    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The contract of the features, 64 hex digits.</summary>
    public required string Contract { get; init; }

    /// <summary>The task of the labels.</summary>
    public required string Task { get; init; }

    /// <summary>The classes, in the order of the head's outputs.</summary>
    public required string[] Classes { get; init; }

    /// <summary>The vehicles, each as fleet and name.</summary>
    public required string[][] Vehicles { get; init; }

    /// <summary>How many frames follow.</summary>
    public required int Frames { get; init; }
}
