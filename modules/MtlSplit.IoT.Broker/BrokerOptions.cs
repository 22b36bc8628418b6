using System.Net;

namespace MtlSplit.IoT.Broker;

/// <summary>
/// What a broker listens on, whom it lets in, and every bound it keeps. The defaults suit one machine: loopback, any port,
/// anyone on the machine.
/// </summary>
public sealed class BrokerOptions
{
    /// <summary>Where to listen. Anything but loopback needs <see cref="Tls"/> and <see cref="Credentials"/> or client certificates.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The TCP port; 0 picks a free one.</summary>
    public int Port { get; init; }

    /// <summary>TLS; null = plain TCP, on loopback only.</summary>
    public BrokerTlsOptions? Tls { get; init; }

    /// <summary>Who may connect with a password. Empty on loopback = anyone, as a service.</summary>
    public IReadOnlyList<BrokerCredential> Credentials { get; init; } = [];

    /// <summary>Lets clients without credentials in beside those with, on loopback only.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Connections at a time; more are closed as they come.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>Sessions kept, connected or not; a client that would be one more is refused.</summary>
    public int MaxSessions { get; init; } = 20_000;

    /// <summary>Filters that one session may hold.</summary>
    public int MaxSubscriptions { get; init; } = 1_000;

    /// <summary>The largest packet taken, in bytes.</summary>
    public int MaxPacketBytes { get; init; } = 512 * 1024;

    /// <summary>The longest that a session outlives its connection.</summary>
    public TimeSpan MaxSessionExpiry { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Messages a client may hold unacknowledged: its receive-maximum, but never more than this.</summary>
    public int MaxInflight { get; init; } = 256;

    /// <summary>The same for MQTT 3.1.1 clients, which cannot say how many they can take.</summary>
    public int Inflight311 { get; init; } = 20;

    /// <summary>Bytes that one shared group may keep, waiting and unacknowledged together; overflow expires its oldest waiting message.</summary>
    public long GroupMaxBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>The longest that a message waits in a shared group before it expires.</summary>
    public TimeSpan GroupMaxAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest that a group's member may hold a message; then it is disconnected and its messages move to others.</summary>
    public TimeSpan HoldLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes that wait for one plain subscriber; overflow drops its oldest.</summary>
    public long ObserverMaxBytes { get; init; } = 16L * 1024 * 1024;

    /// <summary>Messages that wait for one plain subscriber; overflow drops its oldest.</summary>
    public int ObserverMaxMessages { get; init; } = 50_000;

    /// <summary>Bytes that the broker keeps in all; a message over it is refused with reason 0x97 after observers' queues have given way.</summary>
    public long TotalMaxBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Retained messages kept; a topic more is refused with reason 0x97.</summary>
    public int MaxRetained { get; init; } = 100_000;

    /// <summary>Bytes written ahead for one connection before its messages wait in their queues.</summary>
    public int OutputBytes { get; init; } = 256 * 1024;

    /// <summary>How long a new connection has for its TLS handshake and CONNECT.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Checks every option and their combinations.</summary>
    /// <exception cref="BrokerOptionsException">An option is out of range, or the combination would expose the broker; names the option.</exception>
    public void Validate()
    {
        Require(Port is >= 0 and <= 65535, nameof(Port), "must be 0 to 65535");
        Require(MaxConnections > 0, nameof(MaxConnections), "must be positive");
        Require(MaxSessions > 0, nameof(MaxSessions), "must be positive");
        Require(MaxSubscriptions > 0, nameof(MaxSubscriptions), "must be positive");
        Require(MaxPacketBytes is >= 1024 and <= 268_435_455, nameof(MaxPacketBytes), "must be 1024 to 268435455");
        Require(MaxInflight is > 0 and <= 65535, nameof(MaxInflight), "must be 1 to 65535");
        Require(Inflight311 is > 0 and <= 65535, nameof(Inflight311), "must be 1 to 65535");
        Require(GroupMaxBytes > 0, nameof(GroupMaxBytes), "must be positive");
        Require(GroupMaxAge > TimeSpan.Zero, nameof(GroupMaxAge), "must be positive");
        Require(HoldLimit > TimeSpan.Zero, nameof(HoldLimit), "must be positive");
        Require(ObserverMaxBytes > 0, nameof(ObserverMaxBytes), "must be positive");
        Require(ObserverMaxMessages > 0, nameof(ObserverMaxMessages), "must be positive");
        Require(TotalMaxBytes > 0, nameof(TotalMaxBytes), "must be positive");
        Require(MaxRetained >= 0, nameof(MaxRetained), "may not be negative");
        Require(OutputBytes >= 1024, nameof(OutputBytes), "must be at least 1024");
        Require(ConnectTimeout > TimeSpan.Zero, nameof(ConnectTimeout), "must be positive");
        Require(MaxSessionExpiry >= TimeSpan.Zero, nameof(MaxSessionExpiry), "may not be negative");
        foreach (var credential in Credentials)
        {
            Require(credential.UserName.Length > 0, nameof(Credentials), "has an empty user name");
            Require(credential.Password.Length > 0, nameof(Credentials), $"has no password for '{credential.UserName}'");
            Require(credential.Role != BrokerRole.Vehicle || Contracts.Topics.BusName.IsValid(credential.UserName), nameof(Credentials), $"names the vehicle '{credential.UserName}', which is no valid name on the bus");
        }

        Require(Credentials.Select(credential => credential.UserName).Distinct(StringComparer.Ordinal).Count() == Credentials.Count, nameof(Credentials), "names a user twice");
        Require(Tls is not { RequireClientCertificate: true, ClientAuthorityFile: null }, "Tls.ClientAuthorityFile", "is needed where Tls.RequireClientCertificate is set");
        if (IPAddress.IsLoopback(Address))
        {
            return;
        }

        Require(Tls is not null, nameof(Tls), $"is needed to listen on {Address}: only loopback may go without");
        Require(Credentials.Count > 0 || Tls!.ClientAuthorityFile is not null, nameof(Credentials), $"or Tls.ClientAuthorityFile is needed to listen on {Address}: only loopback may go without");
        Require(!AllowAnonymous, nameof(AllowAnonymous), $"may not be set to listen on {Address}: only on loopback");
    }

    private static void Require(bool holds, string option, string complaint)
    {
        if (!holds)
        {
            throw new BrokerOptionsException(option, complaint);
        }
    }
}
