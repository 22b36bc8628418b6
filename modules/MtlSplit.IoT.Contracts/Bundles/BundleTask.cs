namespace MtlSplit.IoT.Contracts.Bundles;

/// <summary>A task of a bundle, with the head it starts with.</summary>
public sealed record BundleTask
{
    /// <summary>The task's name, as in topics.</summary>
    public required string Name { get; init; }

    /// <summary>The classes, in the order of the head's outputs.</summary>
    public required string[] Classes { get; init; }

    /// <summary>The initial head: an ONNX file of the bundle.</summary>
    public required string Head { get; init; }

    /// <summary>Figures measured on the test split, such as <c>accuracy</c> and <c>macro_f1</c> with <c>_low</c> and <c>_high</c>.</summary>
    public required SortedDictionary<string, double> Metrics { get; init; }

    /// <summary>What proves the bundle in the field; null in bundles that do not say, which are then proven by being answered at all.</summary>
    public FieldRanges? Field { get; init; }
}
