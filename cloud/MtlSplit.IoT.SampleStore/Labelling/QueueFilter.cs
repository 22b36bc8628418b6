using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.SampleStore.Sampling;

namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>Which frames may be labelled next.</summary>
public sealed record QueueFilter
{
    /// <summary>The task to label.</summary>
    public required string Task { get; init; }

    /// <summary>Only this fleet; null for all.</summary>
    public string? Fleet { get; init; }

    /// <summary>Only this contract; null for all.</summary>
    public ContractId? Contract { get; init; }

    /// <summary>Only frames captured at this time or later, Unix microseconds; null for all.</summary>
    public long? CapturedSince { get; init; }

    /// <summary>
    /// The need stream is ranked by what a label would teach. The uniform stream is in random order: only labels of a random part of it say how good heads are.
    /// </summary>
    public StreamKind Stream { get; init; } = StreamKind.Need;

    /// <summary>How long a block of time is: frames of one vehicle within it resemble each other.</summary>
    public TimeSpan Block { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Frames of one vehicle and block at most.</summary>
    public int PerBlock { get; init; } = 2;

    /// <summary>Frames at most.</summary>
    public int Count { get; init; } = 100;
}
