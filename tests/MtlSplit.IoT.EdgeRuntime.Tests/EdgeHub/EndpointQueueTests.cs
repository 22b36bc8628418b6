using System.Text;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.EdgeRuntime.EdgeHub.Routing;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Routes;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.EdgeHub;

public sealed class EndpointQueueTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("er-queue-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Dictionary<string, long> _dropped = [];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Messages_LeaveByPriorityThenInOrder()
    {
        using var queue = Open();
        queue.Append(5, Message("c"));
        queue.Append(int.MaxValue, Message("e"));
        queue.Append(0, Message("a"));
        queue.Append(5, Message("d"));
        queue.Append(0, Message("b"));

        Assert.Equal(["a", "b", "c", "d", "e"], Drain(queue));
    }

    [Fact]
    public void Messages_NotCompleted_ComeAgainAfterTheEndOfTheProcess()
    {
        using (var queue = Open())
        {
            queue.Append(1, Message("a"));
            queue.Append(1, Message("b"));
            queue.Append(1, Message("c"));
            queue.Complete(queue.Look(2)[0]);
        }

        using var again = Open();
        Assert.Equal(["b", "c"], Drain(again));
    }

    [Fact]
    public void Message_PastItsTime_IsDroppedAndCounted()
    {
        using var queue = Open();
        queue.Append(1, Message("a", TimeSpan.FromSeconds(10)));
        queue.Append(1, Message("b"));
        Assert.Equal("a", Text(queue.Look(1)[0]));

        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(["b"], Drain(queue));
        Assert.Equal(1, _dropped["expired"]);
    }

    [Fact]
    public void Queue_ThatIsFull_DropsTheOldestAndCountsThem()
    {
        using var queue = Open();
        for (var i = 0; i < 40; i++)
        {
            queue.Append(1, Message($"{i}", null, 64 * 1024));
        }

        var left = Drain(queue);

        Assert.Equal("39", left[^1]);
        Assert.Equal(40, left.Count + _dropped["full"]);
        Assert.Equal(left.Select(int.Parse).Order(), left.Select(int.Parse));
    }

    [Fact]
    public void Message_OnDisk_KeepsEverything()
    {
        var message = new StoredMessage("m", DateTimeOffset.FromUnixTimeSeconds(1_800_000_000), new HubMessage
        {
            Body = new byte[] { 0, 255, 13 },
            System = new MessageProperties { MessageId = "1", OutputName = "o", ContentType = "application/json", ConnectionDeviceId = "d", ConnectionModuleId = "m" },
            Properties = [new("a b", "c&d"), new("none", null), new("empty", "")],
        });

        var read = StoredMessage.FromBytes(message.ToBytes(), 7);

        Assert.Equal(message.Sender, read.Sender);
        Assert.Equal(message.Expires, read.Expires);
        Assert.Equal(message.Message.System, read.Message.System);
        Assert.Equal(message.Message.Properties, read.Message.Properties);
        Assert.Equal(message.Message.Body.ToArray(), read.Message.Body.ToArray());
    }

    private static string Text(StoredMessage message) => Encoding.UTF8.GetString(message.Message.Body.Span).TrimEnd('.');

    private static List<string> Drain(EndpointQueue queue)
    {
        List<string> texts = [];
        while (queue.Look(3) is { Count: > 0 } batch)
        {
            foreach (var message in batch)
            {
                texts.Add(Text(message));
                queue.Complete(message);
            }
        }

        return texts;
    }

    private EndpointQueue Open() => new(RouteSink.Upstream, Path.Combine(_folder.FullName, "q"), 1 << 20, _time, (reason, count) => _dropped[reason] = _dropped.GetValueOrDefault(reason) + count);

    private StoredMessage Message(string text, TimeSpan? keep = null, int length = 0) =>
        new("m", _time.GetUtcNow() + keep, new HubMessage { Body = Encoding.UTF8.GetBytes(text.PadRight(length, '.')) });
}
