namespace MtlSplit.IoT.Broker;

/// <summary>What a client may do.</summary>
public enum BrokerRole
{
    /// <summary>
    /// Publishes features, frames and status under its own name, and a contract whose digest is its topic's; reads what is under
    /// its own name, and contracts. Never joins a shared subscription.
    /// </summary>
    Vehicle,

    /// <summary>Publishes and reads everything of its fleet, or of every fleet where none is given, and reads <c>$SYS</c>.</summary>
    Service,
}
