using System.Diagnostics.Metrics;

namespace MtlSplit.IoT.SampleStore.Recording;

/// <summary>What a recorder has done since its start. Counters only rise; readable from any thread.</summary>
public sealed class RecorderStatistics
{
    private static readonly Meter Meter = new("MtlSplit.IoT.SampleStore");
    private static readonly Counter<long> Recorded = Meter.CreateCounter<long>("mtlsplit.samples.recorded", "{message}", "Messages synced to disk and acknowledged.");
    private static readonly Counter<long> RefusedMessages = Meter.CreateCounter<long>("mtlsplit.samples.refused", "{message}", "Messages kept out of the store.");
    private static readonly Histogram<double> CommitDuration = Meter.CreateHistogram<double>("mtlsplit.samples.commit.duration", "s", "Writing and syncing one group.");

    private readonly long[] _refused = new long[Enum.GetValues<BadSample>().Length];
    private long _messages;
    private long _contracts;
    private long _commits;
    private long _commitFailures;
    private long _compactions;
    private long _compactionFailures;

    /// <summary>Messages synced to disk and acknowledged, repeats included.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Contract descriptors verified.</summary>
    public long Contracts => Volatile.Read(ref _contracts);

    /// <summary>Groups written, each with one sync.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <summary>Failed tries to write a group, into the log or into quarantine.</summary>
    public long CommitFailures => Volatile.Read(ref _commitFailures);

    /// <summary>Times the log became Parquet.</summary>
    public long Compactions => Volatile.Read(ref _compactions);

    /// <summary>Times that failed; the log stays and the next time takes it.</summary>
    public long CompactionFailures => Volatile.Read(ref _compactionFailures);

    /// <summary>Messages kept out, of all reasons; in quarantine, but for contract descriptors.</summary>
    public long RefusedTotal => Enum.GetValues<BadSample>().Sum(Refused);

    /// <summary>Messages kept out for one reason.</summary>
    public long Refused(BadSample reason) => Volatile.Read(ref _refused[(int)reason]);

    internal void OnCommit(int messages, TimeSpan duration)
    {
        Interlocked.Add(ref _messages, messages);
        Interlocked.Increment(ref _commits);
        Recorded.Add(messages);
        CommitDuration.Record(duration.TotalSeconds);
    }

    internal void OnCommitFailure() => Interlocked.Increment(ref _commitFailures);

    internal void OnContract() => Interlocked.Increment(ref _contracts);

    internal void OnCompaction() => Interlocked.Increment(ref _compactions);

    internal void OnCompactionFailure() => Interlocked.Increment(ref _compactionFailures);

    internal void OnRefused(BadSample reason)
    {
        Interlocked.Increment(ref _refused[(int)reason]);
        RefusedMessages.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
    }
}
