using System.ComponentModel.DataAnnotations;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Hosting.Bus;

/// <summary>The settings of a process's connection to the bus. Section <c>Bus</c>. What each one means: <see cref="BusOptions"/>.</summary>
public sealed class BusSettings
{
    /// <summary>The section's name.</summary>
    public const string Section = "Bus";

    /// <summary>The broker's name or address.</summary>
    [Required]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>The broker's TCP port.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 1883;

    /// <summary>The name of this client; null: the process makes one from its fleet and role.</summary>
    public string? ClientId { get; set; }

    /// <summary>The version of MQTT.</summary>
    public BusProtocol Protocol { get; set; } = BusProtocol.Mqtt5;

    /// <summary>How long the broker keeps the session of a client that is away.</summary>
    [DurationRange("00:00:00", "30.00:00:00")]
    public TimeSpan SessionExpiry { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The longest silence before a ping.</summary>
    [DurationRange("00:00:01", "01:00:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>User name; null: none.</summary>
    public string? Username { get; set; }

    /// <summary>Password; null: none. Best set by <c>MTLSPLIT_Bus__Password</c>.</summary>
    public string? Password { get; set; }

    /// <summary>TLS; null: none.</summary>
    public BusTlsSettings? Tls { get; set; }

    /// <summary>Publishes in flight at most.</summary>
    [Range(1, 65535)]
    public int PublishWindow { get; set; } = 20;

    /// <summary>Publishes accepted and not yet in flight.</summary>
    [Range(1, 1 << 20)]
    public int PublishQueue { get; set; } = 256;

    /// <summary>How long an accepted publish may wait for its outcome.</summary>
    [DurationRange("00:00:00.1", "01:00:00")]
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one attempt to connect may take.</summary>
    [DurationRange("00:00:00.1", "00:10:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Messages that the broker may send before an acknowledgement.</summary>
    [Range(1, 65535)]
    public int ReceiveMaximum { get; set; } = 256;

    /// <summary>Largest packet sent or received, in bytes.</summary>
    [Range(1024, 256 * 1024 * 1024)]
    public int MaximumPacketSize { get; set; } = 512 * 1024;

    /// <summary>The connection's options.</summary>
    /// <param name="clientId">The name to use where the settings give none.</param>
    /// <param name="will">What the broker publishes when this process is gone without a goodbye.</param>
    public BusOptions ToOptions(string clientId, BusMessage? will = null) => new()
    {
        Host = Host,
        Port = Port,
        ClientId = ClientId ?? clientId,
        Protocol = Protocol,
        SessionExpiry = SessionExpiry,
        KeepAlive = KeepAlive,
        Username = Username,
        Password = Password,
        Tls = Tls?.ToOptions(),
        PublishWindow = PublishWindow,
        PublishQueue = PublishQueue,
        PublishTimeout = PublishTimeout,
        ConnectTimeout = ConnectTimeout,
        ReceiveMaximum = ReceiveMaximum,
        MaximumPacketSize = MaximumPacketSize,
        Will = will,
    };
}
