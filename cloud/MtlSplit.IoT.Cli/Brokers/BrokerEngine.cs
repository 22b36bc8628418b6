namespace MtlSplit.IoT.Cli.Brokers;

/// <summary>Which broker a process runs.</summary>
public enum BrokerEngine
{
    /// <summary>The one that ships with the product.</summary>
    Embedded,

    /// <summary>Mosquitto, installed on the machine, with the committed configuration, on loopback.</summary>
    Mosquitto,
}
