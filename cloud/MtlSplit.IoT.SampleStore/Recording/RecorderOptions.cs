using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Sampling;

namespace MtlSplit.IoT.SampleStore.Recording;

/// <summary>Settings of a recorder.</summary>
public sealed record RecorderOptions
{
    /// <summary>The fleet to record. Required.</summary>
    public required string Fleet { get; init; }

    /// <summary>The data folder; the store is <c>samples/</c> in it. Required.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// The group of the shared subscriptions, so that the broker keeps what the recorder has not acknowledged under the
    /// group's own bound; null subscribes as a plain observer.
    /// </summary>
    public string? Group { get; init; } = "recorder";

    /// <summary>Messages in one group commit at most.</summary>
    public int GroupMessages { get; init; } = 512;

    /// <summary>Bytes in one group commit at most.</summary>
    public int GroupBytes { get; init; } = 4 << 20;

    /// <summary>How long a group that is not full waits for more.</summary>
    public TimeSpan GroupDelay { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The pause after a failed write, before the next try.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Which frames are kept, and in which stream.</summary>
    public SamplingPlan Sampling { get; init; } = new();

    /// <summary>Disk use and compaction.</summary>
    public StoreLimits Limits { get; init; } = new();
}
