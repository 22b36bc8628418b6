namespace MtlSplit.IoT.Cli.Demo;

/// <summary>Which broker a demonstration runs over.</summary>
internal enum DemoBroker
{
    /// <summary><c>mtlsplit broker</c>.</summary>
    Embedded,

    /// <summary>Debian's Mosquitto, which must be installed.</summary>
    Mosquitto,
}
