using System.Net;
using System.Net.Sockets;
using MtlSplit.IoT.Messaging.Connecting;
using Xunit;

namespace MtlSplit.IoT.Messaging.Tests.Connecting;

public sealed class PolledStreamTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public PolledStreamTests() => _listener.Start();

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Read_WaitsForTheFirstBytes()
    {
        var (stream, peer) = await ConnectAsync();
        using var both = peer;
        var reading = BlockingRead(stream);
        await peer.SendAsync(new byte[] { 7 }, TestContext.Current.CancellationToken);

        Assert.Equal(1, await reading.WaitAsync(Patience, TestContext.Current.CancellationToken));
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task Read_EndsWithThePeer()
    {
        var (stream, peer) = await ConnectAsync();
        var reading = BlockingRead(stream);
        peer.Dispose();

        Assert.Equal(0, await reading.WaitAsync(Patience, TestContext.Current.CancellationToken));
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task Closing_EndsARead()
    {
        var (stream, peer) = await ConnectAsync();
        using var both = peer;
        var reading = BlockingRead(stream);
        await stream.DisposeAsync();

        // Where the close overtakes the read it finds a closed stream, otherwise the end of one or a broken wait.
        var outcome = await Record.ExceptionAsync(() => reading.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.True(outcome is null or IOException or ObjectDisposedException, outcome?.ToString());
    }

    [Fact]
    public async Task Connect_NamesARefusal()
    {
        var port = Port;
        _listener.Stop();

        var error = await Assert.ThrowsAsync<SocketException>(() => PolledStream.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken));
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    [Fact]
    public async Task Cancelling_EndsAConnectThatNobodyAnswers()
    {
        // A listener with a full backlog leaves the next connection without an answer.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var port = ((IPEndPoint)full.LocalEndPoint!).Port;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            for (var i = 0; i < 16; i++)
            {
                // Left open, so that each takes a place.
                _ = await PolledStream.ConnectAsync("127.0.0.1", port, patience.Token);
            }
        });
    }

    private static Task<int> BlockingRead(PolledStream stream) =>
        Task.Factory.StartNew(() => stream.Read(new byte[16].AsSpan()), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private async Task<(PolledStream Stream, Socket Peer)> ConnectAsync()
    {
        var stream = await PolledStream.ConnectAsync("127.0.0.1", Port, TestContext.Current.CancellationToken);
        return (stream, await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken));
    }
}
