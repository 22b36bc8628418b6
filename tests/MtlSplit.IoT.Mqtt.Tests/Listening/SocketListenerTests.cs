using System.Net;
using System.Net.Sockets;
using MtlSplit.IoT.Mqtt.Listening;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Mqtt.Tests.Listening;

public sealed class SocketListenerTests
{
    [Fact]
    public async Task Connection_IsServed_UntilTheListenerIsDisposed()
    {
        var served = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        var listener = Listen(async (socket, ct) =>
        {
            served.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct).ContinueWith(_ => { }, TaskScheduler.Default);
            socket.Dispose();
            ended.SetResult();
        });
        using var client = await DialAsync(listener.Port);
        await Expect.WithinAsync(served.Task, "the connection is served");

        // Who serves it may be quicker than the listener's account of it.
        await Expect.UntilAsync(() => !listener.WhenServedAsync().IsCompleted, "the listener knows of it");
        await listener.DisposeAsync();

        Assert.True(ended.Task.IsCompleted);
        Assert.True(listener.WhenServedAsync().IsCompleted);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task Connection_ThatIsNotTaken_IsForgotten()
    {
        await using var listener = new SocketListener(new IPEndPoint(IPAddress.Loopback, 0), Refuse, _ => { });
        listener.Start();
        using var client = await DialAsync(listener.Port);

        Assert.Equal(0, await Expect.WithinAsync(client.ReceiveAsync(new byte[1]), "the connection is closed"));
        Assert.True(listener.WhenServedAsync().IsCompleted);

        static Task? Refuse(Socket socket, CancellationToken ct)
        {
            socket.Dispose();
            return null;
        }
    }

    [Fact]
    public async Task Port_AfterStopListening_IsFree()
    {
        var listener = Listen((socket, _) => Task.CompletedTask);
        listener.StopListening();
        await using var other = new SocketListener(new IPEndPoint(IPAddress.Loopback, listener.Port), (_, _) => null, _ => { });
        other.Start();

        Assert.Equal(listener.Port, other.Port);
        await listener.DisposeAsync();
    }

    [Fact]
    public async Task Start_OnATakenPort_Throws()
    {
        await using var listener = Listen((socket, _) => Task.CompletedTask);
        await using var other = new SocketListener(new IPEndPoint(IPAddress.Loopback, listener.Port), (_, _) => null, _ => { });

        Assert.Throws<SocketException>(other.Start);
        Assert.Throws<InvalidOperationException>(listener.Start);
    }

    private static SocketListener Listen(Func<Socket, CancellationToken, Task> serve)
    {
        var listener = new SocketListener(new IPEndPoint(IPAddress.Loopback, 0), serve, _ => { });
        listener.Start();
        return listener;
    }

    private static async Task<Socket> DialAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }
}
