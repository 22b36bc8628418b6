using MtlSplit.IoT.Storage.Journals;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub.Routing;

/// <summary>The messages of one endpoint and priority, in the order they came. Guarded by its queue.</summary>
internal sealed class PriorityLane(Journal journal) : IDisposable
{
    private readonly JournalReader _reader = journal.OpenReader();

    /// <summary>Read and not done with, oldest first.</summary>
    public LinkedList<StoredMessage> Ahead { get; } = [];

    public Journal Journal { get; } = journal;

    /// <summary>Reads on until so many are ahead, or there are no more.</summary>
    public void Fill(int count, Action<string> dropped)
    {
        while (Ahead.Count < count && _reader.TryRead(ulong.MaxValue, out var record))
        {
            try
            {
                Ahead.AddLast(StoredMessage.FromBytes(record.Payload.Span, record.Sequence));
            }
            catch (FormatException)
            {
                Journal.Acknowledge(record.Sequence);
                dropped("unreadable");
            }
        }
    }

    public void Complete(StoredMessage message)
    {
        Journal.Acknowledge(message.Sequence);
        Ahead.Remove(message);
    }

    public void Dispose()
    {
        _reader.Dispose();
        Journal.Dispose();
    }
}
