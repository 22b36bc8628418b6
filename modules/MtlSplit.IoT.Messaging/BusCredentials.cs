namespace MtlSplit.IoT.Messaging;

/// <summary>Who a client is, for one connection: what <see cref="BusOptions.Credentials"/> hands out. Its text shows no secret.</summary>
public sealed class BusCredentials
{
    /// <summary>User name; null: none.</summary>
    public string? Username { get; init; }

    /// <summary>Password; null: none, also where there is a user name.</summary>
    public string? Password { get; init; }

    /// <summary>TLS for this connection; null: as in <see cref="BusOptions.Tls"/>.</summary>
    public BusTlsOptions? Tls { get; init; }

    /// <summary>
    /// When the connection is replaced by one with new credentials, before these run out; null: never. It is done in order: publishes in
    /// flight are answered first, then comes a DISCONNECT, then the new connection, to the same session.
    /// </summary>
    public DateTimeOffset? RenewAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Username ?? "nobody"}, renewed at {RenewAt?.ToString("O") ?? "no time"}";
}
