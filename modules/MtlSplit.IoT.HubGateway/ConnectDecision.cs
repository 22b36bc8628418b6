namespace MtlSplit.IoT.HubGateway;

/// <summary>What the backend says to a <see cref="ConnectRequest"/>. Immutable.</summary>
public sealed class ConnectDecision
{
    private ConnectDecision(ConnectRefusal? refusal, string reason, DateTimeOffset? expires)
    {
        Refusal = refusal;
        Reason = reason;
        Expires = expires;
    }

    /// <summary>Why the client is not let in; null where it is.</summary>
    public ConnectRefusal? Refusal { get; }

    /// <summary>What was wrong, for the log; the client is not told. Empty where it is let in.</summary>
    public string Reason { get; }

    /// <summary>When the client's right to be connected ends, such as with its token; null = it does not.</summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>Lets the client in.</summary>
    /// <param name="expires">When its right ends; the gateway closes the connection then, after <see cref="GatewayOptions.ClockSkew"/>.</param>
    public static ConnectDecision Accept(DateTimeOffset? expires = null) => new(null, "", expires);

    /// <summary>Keeps the client out.</summary>
    /// <param name="refusal">What the client is told.</param>
    /// <param name="reason">What was wrong, for the log. No secrets.</param>
    public static ConnectDecision Refuse(ConnectRefusal refusal, string reason) => new(refusal, reason, null);
}
