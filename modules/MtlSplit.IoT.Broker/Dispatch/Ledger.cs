using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.Broker.Dispatch;

/// <summary>
/// Counts what the broker keeps against its total budget, each message once however many queues share it, and everything that
/// happened. Written under the dispatcher's lock only; the totals may be read from any thread.
/// </summary>
internal sealed class Ledger
{
    private long _keptBytes;

    public long KeptBytes => Interlocked.Read(ref _keptBytes);

    public long Received { get; set; }

    public long Sent { get; set; }

    public long Acknowledged { get; set; }

    public long NoSubscriber { get; set; }

    public long Refused { get; set; }

    public long RefusedReported { get; set; }

    public long Unauthorised { get; set; }

    public long MessageExpired { get; set; }

    public long GroupExpired { get; set; }

    public long ObserverDropped { get; set; }

    public long Moved { get; set; }

    public long HoldDisconnects { get; set; }

    public long Abandoned { get; set; }

    public long TooLarge { get; set; }

    public long Faults { get; set; }

    /// <summary>One more queue holds the message.</summary>
    public void Hold(Message message)
    {
        if (message.Holders++ == 0)
        {
            Interlocked.Add(ref _keptBytes, message.Size);
        }
    }

    /// <summary>One queue fewer holds the message.</summary>
    public void Release(Message message)
    {
        if (--message.Holders == 0)
        {
            Interlocked.Add(ref _keptBytes, -message.Size);
        }
    }
}
