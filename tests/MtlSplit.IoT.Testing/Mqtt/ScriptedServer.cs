using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MtlSplit.IoT.Testing.Waiting;

namespace MtlSplit.IoT.Testing.Mqtt;

/// <summary>
/// An MQTT 3.1.1 server on loopback that does what a test says and keeps every packet that it was sent. Unless told otherwise it accepts
/// everyone, grants every subscription as asked and acknowledges every publish; it routes nothing.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer, and a test may end the server before its own end.")]
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly ConcurrentQueue<MqttFrame> _frames = new();
    private readonly ConcurrentQueue<ScriptedLink> _links = new();
    private readonly Task _accepting;

    /// <param name="certificate">TLS with this certificate; null: none.</param>
    /// <param name="accepts">Ask every client for a certificate, and whether it will do; null: ask for none.</param>
    public ScriptedServer(X509Certificate2? certificate = null, Func<X509Certificate2?, bool>? accepts = null)
    {
        if (certificate is not null)
        {
            _tls = new SslServerAuthenticationOptions { ServerCertificate = certificate, ClientCertificateRequired = accepts is not null };
            _tls.RemoteCertificateValidationCallback = (_, shown, _, _) => accepts is null || accepts(shown as X509Certificate2);
        }

        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port { get; }

    /// <summary>The return code of a CONNECT.</summary>
    public Func<MqttConnect, byte> Admit { get; set; } = _ => 0;

    /// <summary>What CONNACK says of the session.</summary>
    public bool SessionPresent { get; set; }

    /// <summary>The code of a filter in SUBACK.</summary>
    public Func<string, byte, byte> Grant { get; set; } = (_, qos) => qos;

    /// <summary>Whether a publish is acknowledged; called for every one, in order.</summary>
    public Func<ScriptedLink, MqttPublish, bool> Take { get; set; } = (_, _) => true;

    /// <summary>Every packet received, in order.</summary>
    public IReadOnlyList<MqttFrame> Frames => [.. _frames];

    /// <summary>Every publish received, in order.</summary>
    public IReadOnlyList<MqttPublish> Publishes => [.. _frames.Where(f => f.Type == 3).Select(f => f.AsPublish())];

    /// <summary>Every connection that was accepted, in order.</summary>
    public IReadOnlyList<ScriptedLink> Links => [.. _links];

    /// <summary>Waits for a connection that was accepted.</summary>
    public async Task<ScriptedLink> LinkAsync(int number)
    {
        await Expect.UntilAsync(() => _links.Count > number, $"connection {number}");
        return Links[number];
    }

    /// <summary>Waits for packets.</summary>
    public Task UntilAsync(Func<IReadOnlyList<MqttFrame>, bool> holds, string what) => Expect.UntilAsync(() => holds(Frames), what);

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        _listener.Stop();
        foreach (var link in _links)
        {
            link.Dispose();
        }

        await _accepting;
    }

    private async Task AcceptAsync()
    {
        List<Task> running = [];
        for (var number = 0; ; number++)
        {
            try
            {
                running.Add(ServeAsync(number, await _listener.AcceptSocketAsync(_stop.Token)));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                break;
            }
        }

        await Task.WhenAll(running);
    }

    private async Task ServeAsync(int number, Socket socket)
    {
        socket.NoDelay = true;
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        ScriptedLink? link = null;
        try
        {
            if (_tls is not null)
            {
                var secure = new SslStream(stream);
                stream = secure;
                await secure.AuthenticateAsServerAsync(_tls, _stop.Token);
            }

            link = new ScriptedLink(number, stream);
            while (await link.ReadAsync(_stop.Token) is { } frame)
            {
                _frames.Enqueue(frame);
                if (!await AnswerAsync(link, frame))
                {
                    break;
                }
            }
        }
        catch (Exception)
        {
            // A client that breaks off, or a server that the test cut, is what the test is about; the connection is over.
        }
        finally
        {
            link?.Dispose();
            await stream.DisposeAsync();
        }
    }

    private async Task<bool> AnswerAsync(ScriptedLink link, MqttFrame frame)
    {
        switch (frame.Type)
        {
            case 1:
                link.Connect = frame.AsConnect();
                var code = Admit(link.Connect);
                await link.SendAsync(MqttText.ConnAck(code, SessionPresent), code == 0 ? () => _links.Enqueue(link) : null);
                return code == 0;
            case 3:
                var publish = frame.AsPublish();
                if (Take(link, publish) && publish.Qos == 1)
                {
                    await link.SendAsync(MqttText.PubAck(publish.PacketId));
                }

                return true;
            case 8:
                var subscribe = frame.AsSubscribe();
                await link.SendAsync(MqttText.SubAck(subscribe.PacketId, subscribe.Filters.Select(f => Grant(f.Filter, f.Qos))));
                return true;
            case 10:
                await link.SendAsync([0xB0, 2, frame.Body[0], frame.Body[1]]);
                return true;
            case 12:
                await link.SendAsync([0xD0, 0]);
                return true;
            default:
                return frame.Type != 14;
        }
    }
}
