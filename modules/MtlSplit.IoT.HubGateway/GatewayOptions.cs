using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubGateway;

/// <summary>What the gateway listens on and the bounds that it keeps. Every bound is counted in <see cref="GatewayStatistics"/> when it is met.</summary>
public sealed class GatewayOptions
{
    /// <summary>The address and port to listen on, by default 127.0.0.1:8883; port 0 takes a free one. Null = only <see cref="Gateway.AcceptAsync(Stream, X509Certificate2, CancellationToken)"/>.</summary>
    public IPEndPoint? EndPoint { get; init; } = new(IPAddress.Loopback, 8883);

    /// <summary>The server's certificate with its private key. Needed to listen, unless <see cref="AllowPlaintextLoopback"/> is set. Whoever made it disposes it, after the gateway.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>
    /// Gives the certificate with its chain that the next client is shown, for one that is renewed while the gateway runs; called for each connection, concurrently.
    /// Null = always <see cref="Certificate"/>, which is not needed beside it.
    /// </summary>
    public Func<SslStreamCertificateContext>? CertificateSource { get; init; }

    /// <summary>The certificates between <see cref="Certificate"/> and an authority that clients know, sent along.</summary>
    public X509Certificate2Collection Intermediates { get; init; } = [];

    /// <summary>Listen without TLS where there is no certificate; on loopback addresses only. For tests.</summary>
    public bool AllowPlaintextLoopback { get; init; }

    /// <summary>Ask clients for a certificate. A client without one is let through to the backend, which decides.</summary>
    public bool RequestClientCertificates { get; init; }

    /// <summary>Connections at once, over sockets and streams; one more is closed at once. 5,000 by default.</summary>
    public int MaxConnections { get; init; } = 5_000;

    /// <summary>Sessions remembered for clients that are not connected; the one longest gone is forgotten for a new one. 20,000 by default.</summary>
    public int MaxRememberedSessions { get; init; } = 20_000;

    /// <summary>The largest message, body and decoded properties together, in bytes. A client that sends a larger one is disconnected. 256 KiB by default.</summary>
    public int MaxMessageBytes { get; init; } = HubMessage.MaxSize;

    /// <summary>Subscriptions of one client; one more is refused. 5 by default, which is one of each kind.</summary>
    public int MaxSubscriptions { get; init; } = 5;

    /// <summary>Bytes of one client that wait for the backend; while there are more nothing is read from it. 1 MiB by default.</summary>
    public int MaxPendingBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes written ahead for one client; beyond it the client is disconnected, since it does not read. 1 MiB by default.</summary>
    public int MaxOutputBytes { get; init; } = 1024 * 1024;

    /// <summary>Messages for one module's inputs that wait for their turn; one more is <see cref="InputOutcome.Busy"/>. 64 by default.</summary>
    public int MaxWaitingInputs { get; init; } = 64;

    /// <summary>Calls of one client's methods that wait for their answers; one more fails. 64 by default.</summary>
    public int MaxPendingMethods { get; init; } = 64;

    /// <summary>From the connection to CONNACK, the handshake and the backend's decision included. 60 s by default.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest silence that any keep-alive gets a client, and that a client without keep-alive has. 1767 s by default.</summary>
    public TimeSpan MaxSilence { get; init; } = TimeSpan.FromSeconds(1767);

    /// <summary>How long a client may stay after its token has expired; clocks differ. 5 min by default.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a module has to acknowledge a message for an input before it is sent again. 30 s by default.</summary>
    public TimeSpan InputAckTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a message for an input is sent on one connection before it is given up. 3 by default.</summary>
    public int InputAttempts { get; init; } = 3;

    /// <summary>How long one write to a client may take before the client is disconnected. 30 s by default.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the backend has for what a client sent before it left, and a client to take what is on its way when it is closed. 5 s by default.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long <see cref="IHubBackend.DisconnectedAsync"/> may take, and a new connection waits for the end of the older one. 30 s by default.</summary>
    public TimeSpan BackendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    internal bool HasCertificate => Certificate is not null || CertificateSource is not null;

    /// <summary>Checks every option.</summary>
    /// <exception cref="GatewayOptionsException">An option is out of range, or clients would connect without TLS; names the option.</exception>
    public void Validate()
    {
        Require(Certificate is null || Certificate.HasPrivateKey, nameof(Certificate), "has no private key");
        Require(EndPoint is null || HasCertificate || AllowPlaintextLoopback, nameof(Certificate), $"is needed to listen on {EndPoint}");
        Require(EndPoint is null || HasCertificate || IPAddress.IsLoopback(EndPoint.Address), nameof(AllowPlaintextLoopback), $"does not go for {EndPoint}: only for loopback");
        Require(MaxConnections > 0, nameof(MaxConnections), "must be positive");
        Require(MaxRememberedSessions >= 0, nameof(MaxRememberedSessions), "may not be negative");
        Require(MaxMessageBytes is >= 1024 and <= 64 * 1024 * 1024, nameof(MaxMessageBytes), "must be 1 KiB to 64 MiB");
        Require(MaxSubscriptions > 0, nameof(MaxSubscriptions), "must be positive");
        Require(MaxPendingBytes > 0, nameof(MaxPendingBytes), "must be positive");
        Require(MaxOutputBytes > MaxMessageBytes, nameof(MaxOutputBytes), $"must be more than {nameof(MaxMessageBytes)}, {MaxMessageBytes}");
        Require(MaxWaitingInputs > 0, nameof(MaxWaitingInputs), "must be positive");
        Require(MaxPendingMethods > 0, nameof(MaxPendingMethods), "must be positive");
        Require(InputAttempts > 0, nameof(InputAttempts), "must be positive");
        Require(ClockSkew >= TimeSpan.Zero, nameof(ClockSkew), "may not be negative");
        foreach (var (option, value) in new[]
        {
            (nameof(ConnectTimeout), ConnectTimeout), (nameof(MaxSilence), MaxSilence), (nameof(InputAckTimeout), InputAckTimeout),
            (nameof(WriteTimeout), WriteTimeout), (nameof(DrainTimeout), DrainTimeout), (nameof(BackendTimeout), BackendTimeout),
        })
        {
            Require(value > TimeSpan.Zero && value <= TimeSpan.FromDays(1), option, "must be positive and at most a day");
        }
    }

    private static void Require(bool holds, string option, string complaint)
    {
        if (!holds)
        {
            throw new GatewayOptionsException(option, complaint);
        }
    }
}
