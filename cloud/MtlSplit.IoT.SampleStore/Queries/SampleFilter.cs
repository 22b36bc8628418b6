using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.SampleStore.Sampling;

namespace MtlSplit.IoT.SampleStore.Queries;

/// <summary>Which samples of a contract and task.</summary>
/// <param name="Contract">The contract of the features.</param>
/// <param name="Task">The task of labels and predictions.</param>
public sealed record SampleFilter(ContractId Contract, string Task)
{
    /// <summary>Only this fleet; null for all.</summary>
    public string? Fleet { get; init; }

    /// <summary>Only this vehicle; null for all.</summary>
    public string? Vehicle { get; init; }

    /// <summary>Only frames captured at this time or later, Unix microseconds; null for all.</summary>
    public long? CapturedSince { get; init; }

    /// <summary>Only frames captured before this time, Unix microseconds; null for all.</summary>
    public long? CapturedBefore { get; init; }

    /// <summary>
    /// Sources of labels that go before all others, the best first. Where none of them labelled a frame, the others must agree about it; else it has no label.
    /// </summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Only frames with a label that is not contradicted.</summary>
    public bool LabelledOnly { get; init; } = true;

    /// <summary>Only frames of this stream; null for both.</summary>
    public StreamKind? Stream { get; init; }

    /// <summary>At most so many, the newest; null for all.</summary>
    public int? Newest { get; init; }

    /// <summary>At most so many, drawn alike from all that fit, the same ones every time; null for all. Not together with <see cref="Newest"/>.</summary>
    public int? Drawn { get; init; }
}
