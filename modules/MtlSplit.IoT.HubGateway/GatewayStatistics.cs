namespace MtlSplit.IoT.HubGateway;

/// <summary>The gateway's counters at one moment; all counts since it was made. Immutable.</summary>
public sealed record GatewayStatistics
{
    /// <summary>Clients connected now, their CONNECT accepted.</summary>
    public required int Connections { get; init; }

    /// <summary>Sessions kept now, connected or not.</summary>
    public required int Sessions { get; init; }

    /// <summary>Connections that were let in.</summary>
    public required long Accepted { get; init; }

    /// <summary>Connections that were refused with CONNACK.</summary>
    public required long Refused { get; init; }

    /// <summary>Connections that ended otherwise than in the ways below: the client left or was lost, the hub ended it or stopped.</summary>
    public required long Ended { get; init; }

    /// <summary>Connections closed because the same client connected anew.</summary>
    public required long TakenOver { get; init; }

    /// <summary>Connections closed because there were as many as there may be.</summary>
    public required long OverConnectionLimit { get; init; }

    /// <summary>Connections closed because CONNECT did not come, or the handshake failed, or not in time.</summary>
    public required long NeverConnected { get; init; }

    /// <summary>Connections closed because the client broke a rule of MQTT or of the dialect, sizes included.</summary>
    public required long Faults { get; init; }

    /// <summary>Connections closed because the client was silent for longer than its keep-alive allows.</summary>
    public required long Silent { get; init; }

    /// <summary>Connections closed because the client's token had expired.</summary>
    public required long Expired { get; init; }

    /// <summary>Connections closed because the client did not read what it was sent.</summary>
    public required long Stalled { get; init; }

    /// <summary>Messages of clients that the backend took, wills not counted.</summary>
    public required long Telemetry { get; init; }

    /// <summary>Messages of clients that the backend did not take.</summary>
    public required long TelemetryFailed { get; init; }

    /// <summary>Wills that the backend took.</summary>
    public required long Wills { get; init; }

    /// <summary>Twins that were read.</summary>
    public required long TwinReads { get; init; }

    /// <summary>Reported properties that were changed.</summary>
    public required long TwinUpdates { get; init; }

    /// <summary>Twin requests that were answered with an error.</summary>
    public required long TwinFailures { get; init; }

    /// <summary>Answers to twin requests not sent because the client had not subscribed to them.</summary>
    public required long UnaskedAnswers { get; init; }

    /// <summary>Changes of desired properties that were sent.</summary>
    public required long DesiredSent { get; init; }

    /// <summary>Methods that clients answered.</summary>
    public required long MethodCalls { get; init; }

    /// <summary>Calls of methods whose client was not connected, had not subscribed or had too many calls open.</summary>
    public required long MethodsUnreachable { get; init; }

    /// <summary>Calls of methods that were not answered in time.</summary>
    public required long MethodTimeouts { get; init; }

    /// <summary>Messages for inputs that were acknowledged, or sent with QoS 0.</summary>
    public required long Inputs { get; init; }

    /// <summary>Messages for inputs that were sent again.</summary>
    public required long InputRepeats { get; init; }

    /// <summary>Messages for inputs that were given up without an acknowledgement.</summary>
    public required long InputTimeouts { get; init; }

    /// <summary>Messages for inputs refused because too many waited.</summary>
    public required long InputsBusy { get; init; }

    /// <summary>Filters of SUBSCRIBE refused because they are not the client's or none of the dialect.</summary>
    public required long UnknownFilters { get; init; }

    /// <summary>Filters of SUBSCRIBE refused because the client had as many as it may.</summary>
    public required long OverSubscriptionLimit { get; init; }

    /// <summary>Remembered sessions forgotten because there were as many as there may be.</summary>
    public required long SessionsForgotten { get; init; }
}
