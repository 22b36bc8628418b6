namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>Which conflicts.</summary>
public sealed record ConflictFilter
{
    /// <summary>Only this fleet; null for all.</summary>
    public string? Fleet { get; init; }

    /// <summary>Only this task; null for all.</summary>
    public string? Task { get; init; }

    /// <summary>Sources that go before all others, the best first.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>At most so many, those labelled last.</summary>
    public int Newest { get; init; } = 100;
}
