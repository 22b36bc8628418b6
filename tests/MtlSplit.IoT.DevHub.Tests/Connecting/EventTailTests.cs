using System.Text;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.DevHub.Connecting;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Connecting;

public sealed class EventTailTests
{
    private static readonly HubIdentity From = new("d", "m");

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Events_AreReadInOrder_FromWhereTheReaderIs()
    {
        var tail = new EventTail(_time);
        Append(tail, "a", "b", "c");

        Assert.Equal(["b", "c"], await ReadAsync(tail, 1));
        Assert.Equal(["a", "b"], await ReadAsync(tail, 0, most: 2));
        Assert.Empty(await ReadAsync(tail, 3));
    }

    [Fact]
    public async Task Events_OverEitherBound_PushTheOldestOut()
    {
        var few = new EventTail(_time, mostMessages: 2);
        Append(few, "a", "b", "c");
        Assert.Equal(["b", "c"], await ReadAsync(few, 0));

        var small = new EventTail(_time, mostBytes: 5);
        Append(small, "aa", "bb", "cc");
        Assert.Equal(["bb", "cc"], await ReadAsync(small, 0));
    }

    [Fact]
    public async Task Reader_WhoWaits_GetsTheNextEvent()
    {
        var tail = new EventTail(_time);
        var waiting = tail.ReadAsync(0, 10, TimeSpan.FromSeconds(30), CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        Append(tail, "a");

        Assert.Single(await Expect.WithinAsync(waiting, "the reader gets the event"));
    }

    [Fact]
    public async Task Reader_WhoWaitsInVain_GetsNothingInTheEnd()
    {
        var tail = new EventTail(_time);
        var waiting = tail.ReadAsync(0, 10, TimeSpan.FromSeconds(30), CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(31));

        Assert.Empty(await Expect.WithinAsync(waiting, "the reader gives up"));
    }

    [Fact]
    public async Task Reader_WhoHangsUp_IsLetGo()
    {
        using var hangUp = new CancellationTokenSource();
        var waiting = new EventTail(_time).ReadAsync(0, 10, TimeSpan.FromSeconds(30), hangUp.Token);

        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Expect.WithinAsync(waiting, "the reader is let go"));
    }

    private static void Append(EventTail tail, params string[] bodies)
    {
        foreach (var body in bodies)
        {
            tail.Append(From, new HubMessage { Body = Encoding.UTF8.GetBytes(body) });
        }
    }

    private static async Task<IEnumerable<string>> ReadAsync(EventTail tail, long after, int most = 100) =>
        (await tail.ReadAsync(after, most, TimeSpan.Zero, CancellationToken.None)).Select(one => Encoding.UTF8.GetString(one.Message.Body.Span));
}
