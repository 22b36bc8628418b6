using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.HeadConsumer.Batching;
using MtlSplit.IoT.HeadConsumer.Intake;
using MtlSplit.IoT.HeadConsumer.Tests.Intake;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HeadConsumer.Tests.Batching;

public sealed class BatchReaderTests
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider _time = new();
    private readonly Channel<PendingFeature> _queue = Channel.CreateUnbounded<PendingFeature>();
    private readonly BatchReader _reader;
    private int _next;

    public BatchReaderTests() => _reader = new BatchReader(_queue.Reader, new BatchPolicy(MaxBatch: 4, MaxDelay), _time);

    [Fact]
    public async Task Backlog_IsTakenInFullBatchesInOrderWithoutWaiting()
    {
        Send(10);

        Assert.Equal([0, 1, 2, 3], await NumbersAsync(Read()));
        Assert.Equal([4, 5, 6, 7], await NumbersAsync(Read()));
        var rest = Read();
        Assert.False(rest.IsCompleted, "company is likely, so it waits for it");
        _time.Advance(MaxDelay);
        Assert.Equal([8, 9], await NumbersAsync(rest));
    }

    [Fact]
    public async Task LoneFeature_IsTakenAtOnce()
    {
        Send(1);

        Assert.Equal([0], await NumbersAsync(Read()));
    }

    [Fact]
    public async Task BatchThatFillsWhileItWaits_IsTakenBeforeTheDelayIsOver()
    {
        await MakeCompanyLikelyAsync();
        Send(1);
        var batch = Read();
        Assert.False(batch.IsCompleted);

        Send(5);

        Assert.Equal([2, 3, 4, 5], await NumbersAsync(batch));
    }

    [Fact]
    public async Task Delay_RunsFromTheFirstFeatureHoweverManyFollow()
    {
        await MakeCompanyLikelyAsync();
        Send(1);
        var batch = Read();
        _time.Advance(MaxDelay / 2);
        Send(1);
        Assert.False(batch.IsCompleted);

        await Expect.UntilAsync(() => _queue.Reader.Count == 0, "the second feature is taken");
        _time.Advance(MaxDelay / 2);

        Assert.Equal([2, 3], await NumbersAsync(batch));
    }

    [Fact]
    public async Task EmptyQueue_GivesAnEmptyBatchAfterThePatience_AndLosesNothing()
    {
        for (var round = 0; round < 3; round++)
        {
            var batch = Read();
            Assert.False(batch.IsCompleted);
            _time.Advance(Patience);
            Assert.Empty(await NumbersAsync(batch));
        }

        Send(1);
        Assert.Equal([0], await NumbersAsync(Read()));
    }

    [Fact]
    public async Task EndedQueue_GivesWhatIsLeftThenNull()
    {
        Send(2);
        _queue.Writer.Complete();

        Assert.Equal([0, 1], await NumbersAsync(Read()));
        Assert.Null(await Expect.WithinAsync(Read(), "the end"));
    }

    [Fact]
    public async Task QueueThatEndsWhileWaitedFor_GivesNull()
    {
        var batch = Read();
        _queue.Writer.Complete();

        Assert.Null(await Expect.WithinAsync(batch, "the end"));
    }

    private async Task MakeCompanyLikelyAsync()
    {
        Send(2);
        Assert.Equal(2, (await NumbersAsync(Read())).Count);
    }

    private Task<IReadOnlyList<PendingFeature>?> Read() => _reader.ReadAsync(Patience);

    private static async Task<List<int>> NumbersAsync(Task<IReadOnlyList<PendingFeature>?> batch) =>
        [.. (await Expect.WithinAsync(batch, "a batch"))!.Select(f => (int)f.Message.Frame.Number)];

    private void Send(int count)
    {
        for (; count > 0; count--)
        {
            Assert.True(_queue.Writer.TryWrite(SampleFeature.Of(_time, _next++).Pending));
        }
    }
}
