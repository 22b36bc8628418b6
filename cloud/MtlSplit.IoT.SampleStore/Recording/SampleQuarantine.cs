using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Messaging.Quarantine;

namespace MtlSplit.IoT.SampleStore.Recording;

/// <summary>
/// What the recorder cannot read, on disk with its reason in <c>{data}/quarantine/recorder</c>: a group at a time, with one sync, before
/// it is acknowledged. The recorder bounds the group. One caller at a time.
/// </summary>
internal sealed class SampleQuarantine(string dataFolder, TimeProvider time) : IDisposable
{
    private readonly QuarantineLog _log = new(Path.Combine(Path.GetFullPath(dataFolder), "quarantine", "recorder"), new QuarantineOptions(), time);
    private readonly List<RefusedSample> _group = [];

    /// <summary>Where it is.</summary>
    public string Folder => _log.Folder;

    /// <summary>Messages that wait for the disk.</summary>
    public int Pending => _group.Count;

    /// <summary>Payload bytes of them.</summary>
    public long PendingBytes { get; private set; }

    /// <summary>Takes a message into the group.</summary>
    public void Add(BusDelivery delivery, BadSample reason, string detail)
    {
        var at = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var entry = new QuarantineEntry(delivery.Topic, delivery.Payload, delivery.UserProperties, CodeOf(reason), detail.Length > 0 ? detail : WordsOf(reason), at);
        _group.Add(new RefusedSample(delivery, reason, entry));
        PendingBytes += delivery.Payload.Length;
    }

    /// <summary>Puts the group on disk and returns it, to be acknowledged now. Where this throws, the group stays for another try.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    /// <exception cref="QuarantineFullException">There is no room, and none can be made.</exception>
    public IReadOnlyList<RefusedSample> Commit()
    {
        RefusedSample[] kept = [.. _group];
        _log.Append([.. kept.Select(k => k.Entry)]);
        _group.Clear();
        PendingBytes = 0;
        return kept;
    }

    public void Dispose() => _log.Dispose();

    // Kept with the message, so these never change.
    private static string CodeOf(BadSample reason) => reason switch
    {
        BadSample.UnknownTopic => "unknown-topic",
        BadSample.TopicMismatch => "topic-mismatch",
        BadSample.TimeOutOfRange => "time-out-of-range",
        BadSample.TooLarge => "too-large",
        _ => "unreadable",
    };

    private static string WordsOf(BadSample reason) => reason switch
    {
        BadSample.UnknownTopic => "the topic is none that the recorder understands",
        BadSample.TopicMismatch => "the payload is about another task than the topic",
        BadSample.TimeOutOfRange => "a time in it lies before 1970 or after 2200",
        BadSample.TooLarge => "it is larger than a record of the log may be",
        _ => "the payload is not the message that belongs on the topic",
    };
}
