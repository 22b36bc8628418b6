using System.Threading.Channels;

namespace MtlSplit.IoT.HubGateway.Arriving;

/// <summary>
/// What one client has sent and the backend has not taken yet, in order. Bounded by its writer, who waits for room before it reads on; so
/// it holds the limit and what one read brought. One writer, one reader.
/// </summary>
internal sealed class Backlog(int limit)
{
    private readonly Channel<Work> _work = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private long _bytes;

    public ChannelReader<Work> Reader => _work.Reader;

    public void Add(Work work)
    {
        lock (_gate)
        {
            _bytes += work.Size;
        }

        _work.Writer.TryWrite(work);
    }

    /// <summary>The reader is done with a piece of work.</summary>
    public void Done(in Work work)
    {
        lock (_gate)
        {
            _bytes -= work.Size;
            if (_bytes <= limit)
            {
                _room?.TrySetResult();
                _room = null;
            }
        }
    }

    /// <summary>Ends when less than the limit waits.</summary>
    public Task WhenRoomAsync()
    {
        lock (_gate)
        {
            if (_bytes <= limit)
            {
                return Task.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void Complete() => _work.Writer.TryComplete();
}
