using System.Net.Sockets;
using System.Text;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Broker.Tests.Serving;

/// <summary>Ends of messages, sessions and connections.</summary>
public sealed class LifetimeTests
{
    private static readonly byte[] Connect = [0x10, 15, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 5, 2, 0, 60, 0, 0, 2, (byte)'m', (byte)'e'];

    [Fact]
    public async Task Expiry_PassesWhileTheReceiverIsAway_TheMessageIsGoneAndTheOtherIsNot()
    {
        await using var bench = await BrokerBench.StartAsync();
        var away = await bench.ConnectAsync("away");
        await BrokerBench.SubscribeAsync(away, "t");
        await away.CloseAsync(TimeSpan.Zero, CancellationToken.None);
        var sender = await bench.ConnectAsync("sender");
        await Expect.OutcomeAsync(sender, BrokerBench.Numbered("t", 1) with { Expiry = TimeSpan.FromSeconds(5) });
        await Expect.OutcomeAsync(sender, BrokerBench.Numbered("t", 2) with { Expiry = TimeSpan.FromSeconds(500) });

        bench.Pass(TimeSpan.FromSeconds(6));

        var back = await BrokerBench.SubscribeAsync(await bench.ConnectAsync("away"), "t");
        Assert.Equal(2, BrokerBench.NumberOf(await Expect.DeliveryAsync(back, "the one with life left")));
        Assert.Equal(1, bench.Broker.Statistics.MessageExpired);
    }

    [Fact]
    public async Task Session_OutlivesItsConnectionForItsExpiry_AndNotLonger()
    {
        await using var bench = await BrokerBench.StartAsync();
        var sender = await bench.ConnectAsync("sender");
        await LeaveAsync();
        bench.Pass(TimeSpan.FromSeconds(8));
        await BrokerBench.PublishAsync(sender, "t", [1]);
        var back = await bench.ConnectAsync("away", o => o.SessionExpiry = TimeSpan.FromSeconds(10));
        Assert.Equal(1, BrokerBench.NumberOf(await Expect.DeliveryAsync(await BrokerBench.SubscribeAsync(back, "t"), "what came meanwhile")));
        await back.CloseAsync(TimeSpan.Zero, CancellationToken.None);

        bench.Pass(TimeSpan.FromSeconds(11));

        await Expect.UntilAsync(() => bench.Broker.Statistics.Sessions == 1, "the session ends");
        Assert.Equal(PublishOutcome.NoSubscriber, Assert.Single(await BrokerBench.PublishAsync(sender, "t", [2])).Outcome);

        async Task LeaveAsync()
        {
            var away = await bench.ConnectAsync("away", o => o.SessionExpiry = TimeSpan.FromSeconds(10));
            await BrokerBench.SubscribeAsync(away, "t");
            await away.CloseAsync(TimeSpan.Zero, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Client_ThatSaysNothing_IsCutOff_BeforeItsConnectAndAfterIt()
    {
        await using var bench = await BrokerBench.StartAsync();
        using var mute = await bench.DialAsync();
        using var silent = await bench.DialAsync();
        await silent.SendAsync(Connect);
        Assert.Equal(0x20, (await ReadAsync(silent))[0]);
        await Expect.UntilAsync(() => bench.Broker.Statistics.Connections == 1, "one client is in");

        bench.Pass(TimeSpan.FromSeconds(11));
        Assert.Empty(await ReadToEndAsync(mute));
        Assert.Equal(1, bench.Broker.Statistics.Connections);

        bench.Pass(TimeSpan.FromSeconds(90));
        AssertDisconnected(0x8D, await ReadToEndAsync(silent));
        await Expect.UntilAsync(() => bench.Broker.Statistics.Connections == 0, "the silent client is out");
    }

    [Fact]
    public async Task Garbage_IsAnsweredWithItsReasonAndTheConnectionEnds_OthersGoOn()
    {
        await using var bench = await BrokerBench.StartAsync();
        var good = await bench.ConnectAsync("good");
        var subscription = await BrokerBench.SubscribeAsync(good, "t");
        using var afterConnect = await bench.DialAsync();
        await afterConnect.SendAsync(Connect);
        await ReadAsync(afterConnect);
        await afterConnect.SendAsync(new byte[] { 0x34, 6, 0, 1, 97, 0, 1, 0 });
        AssertDisconnected(0x9B, await ReadToEndAsync(afterConnect));

        using var http = await bench.DialAsync();
        await http.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: broker\r\n\r\n"));
        Assert.Empty(await ReadToEndAsync(http));

        await BrokerBench.PublishAsync(good, "t", [7]);
        Assert.Equal(7, BrokerBench.NumberOf(await Expect.DeliveryAsync(subscription, "the good client's own message")));
        Assert.Equal(2, bench.Broker.Statistics.Faults);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sockets_ClosedAnywhereInAPacket_LeaveNothingBehind(bool reset)
    {
        await using var bench = await BrokerBench.StartAsync();
        var sender = await bench.ConnectAsync("sender");
        byte[] whole = [.. Connect, 0x82, 7, 0, 1, 0, 0, 1, (byte)'t', 1, 0x32, 8, 0, 1, (byte)'t', 0, 1, 0, 1, 2, 0xC0, 0];
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            using var socket = await bench.DialAsync();
            await socket.SendAsync(whole[..cut]);
            await BrokerBench.PublishAsync(sender, "t", [cut]);
            if (reset)
            {
                socket.LingerState = new LingerOption(true, 0);
            }
        }

        await Expect.UntilAsync(() => bench.Broker.Statistics is { Connections: 1, Sessions: 1, KeptBytes: 0 }, "only the sender is left");
        Assert.True(sender.State == BusState.Connected, "the sender was not disturbed");
    }

    [Fact]
    public async Task Client_ThatNeverReads_CostsABoundedAmountAndHoldsNobodyUp()
    {
        const int Size = 10_000;
        await using var bench = await BrokerBench.StartAsync(new BrokerOptions { ObserverMaxMessages = 20 });
        using var deaf = await bench.DialAsync();
        deaf.ReceiveBufferSize = 4096;
        await deaf.SendAsync(Connect);
        await deaf.SendAsync(new byte[] { 0x82, 7, 0, 1, 0, 0, 1, (byte)'t', 0 });
        var sender = await bench.ConnectAsync("sender");
        await Expect.UntilAsync(() => bench.Broker.Statistics.Sessions == 2, "the deaf client has its session");
        var reader = await BrokerBench.SubscribeAsync(await bench.ConnectAsync("reader"), "t");

        var publishing = BrokerBench.PublishAsync(sender, "t", Enumerable.Range(0, 1500), Size);

        await Expect.DeliveriesAsync(reader, 1500, "the reader gets all");
        Assert.All(await publishing, r => Assert.Equal(PublishOutcome.Delivered, r.Outcome));
        Assert.InRange(bench.Broker.Statistics.KeptBytes, 0, 20 * (Size + 1000));
        Assert.True(bench.Broker.Statistics.ObserverDropped > 0, "what the deaf client did not read was dropped");
    }

    private static void AssertDisconnected(byte reason, byte[] bytes)
    {
        Assert.Equal([0xE0, (byte)(bytes.Length - 2), reason], bytes.Take(3));
    }

    private static async Task<byte[]> ReadAsync(Socket socket)
    {
        var buffer = new byte[1024];
        return buffer[..await Expect.WithinAsync(socket.ReceiveAsync(buffer, SocketFlags.None), "an answer")];
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        List<byte> all = [];
        try
        {
            while (await ReadAsync(socket) is { Length: > 0 } part)
            {
                all.AddRange(part);
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Cut off rather than closed in order.
        }

        return [.. all];
    }
}
