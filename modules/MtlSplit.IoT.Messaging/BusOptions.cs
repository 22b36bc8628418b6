namespace MtlSplit.IoT.Messaging;

/// <summary>Settings of a connection to the bus. Read once, when the connection is made.</summary>
public sealed record BusOptions
{
    /// <summary>The broker's name or address; 127.0.0.1 by default.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>The broker's TCP port; 1883 by default.</summary>
    public int Port { get; set; } = 1883;

    /// <summary>This client's name: one per connection, and the same after a restart, since the broker keeps the session under it. Required.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The version of MQTT; 5 by default.</summary>
    public BusProtocol Protocol { get; set; } = BusProtocol.Mqtt5;

    /// <summary>Whether the session that the broker may have kept is thrown away at the first connect; false by default. Reconnects never do.</summary>
    public bool CleanStart { get; set; }

    /// <summary>How long the broker keeps the session of a client that is away; one hour by default. Zero: not at all.</summary>
    public TimeSpan SessionExpiry { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The longest silence before a ping; 15 s by default. A peer that does not answer within half of it is dropped.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>User name; null: none.</summary>
    public string? Username { get; set; }

    /// <summary>Password; null: none.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// Asked for user name and password, and TLS if it likes, before every attempt to connect, in place of <see cref="Username"/> and
    /// <see cref="Password"/>; null: those. For credentials that run out: a refused client comes back with new ones, and
    /// <see cref="BusCredentials.RenewAt"/> replaces a connection in time. What it throws fails the attempt and is told as the reason;
    /// its time counts towards <see cref="ConnectTimeout"/>. Never called twice at once.
    /// </summary>
    public Func<CancellationToken, ValueTask<BusCredentials>>? Credentials { get; set; }

    /// <summary>
    /// Whether every connection subscribes again, even where the broker says that it kept the session; false by default. For brokers whose
    /// word cannot be relied on. Retained messages then come again as well.
    /// </summary>
    public bool RenewSubscriptions { get; set; }

    /// <summary>TLS; null: none.</summary>
    public BusTlsOptions? Tls { get; set; }

    /// <summary>QoS 1 publishes in flight at most; 20 by default, fewer if the broker says so. More only adds queueing.</summary>
    public int PublishWindow { get; set; } = 20;

    /// <summary>Publishes accepted and not yet in flight; 256 by default. When full, PublishAsync waits.</summary>
    public int PublishQueue { get; set; } = 256;

    /// <summary>
    /// How long an accepted publish may wait for its outcome, reconnects included; 10 s by default. <see cref="Timeout.InfiniteTimeSpan"/>:
    /// as long as it takes.
    /// </summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the broker may owe the answer to a QoS 1 publish before the connection is made anew and it is sent again; null, as by
    /// default: <see cref="PublishTimeout"/>.
    /// </summary>
    public TimeSpan? AnswerTimeout { get; set; }

    /// <summary>How long one attempt to connect may take, TLS and the broker's answer included; 5 s by default.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the broker may take to answer a SUBSCRIBE or UNSUBSCRIBE before the connection is made anew; 10 s by default.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>QoS 1 messages that the broker may send before an acknowledgement; 256 by default.</summary>
    public int ReceiveMaximum { get; set; } = 256;

    /// <summary>QoS 0 messages waiting in one subscription; 1024 by default. When full, the oldest is dropped and counted.</summary>
    public int QosZeroQueue { get; set; } = 1024;

    /// <summary>Largest packet sent or received, in bytes, headers included; 512 KiB by default.</summary>
    public int MaximumPacketSize { get; set; } = 512 * 1024;

    /// <summary>What the broker publishes when this client is gone without a goodbye; null: nothing.</summary>
    public BusMessage? Will { get; set; }

    /// <summary>The pause before the second attempt to connect; 100 ms by default. It doubles with every failure, with jitter.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between attempts; 2 s by default.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Failed attempts within <see cref="BreakerWindow"/> that open the breaker; 8 by default.</summary>
    public int BreakerFailures { get; set; } = 8;

    /// <summary>Over which time the breaker counts failures; 30 s by default.</summary>
    public TimeSpan BreakerWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an open breaker keeps the broker in peace; 3 s by default.</summary>
    public TimeSpan BreakerPause { get; set; } = TimeSpan.FromSeconds(3);
}
