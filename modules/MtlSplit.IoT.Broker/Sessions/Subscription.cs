using MtlSplit.IoT.Broker.Sharing;

namespace MtlSplit.IoT.Broker.Sessions;

/// <summary>One filter that one session holds.</summary>
internal sealed class Subscription(Session session, string? groupName, string filter)
{
    public Session Session { get; } = session;

    public string? GroupName { get; } = groupName;

    public string Filter { get; } = filter;

    public SharedGroup? Group { get; set; }

    public required byte MaxQos { get; init; }

    public bool NoLocal { get; init; }

    public bool RetainAsPublished { get; init; }

    /// <summary>The subscription identifier; 0 = none.</summary>
    public uint Identifier { get; init; }

    /// <summary>The identifier as a delivery lists it.</summary>
    public uint[] Identifiers => Identifier > 0 ? [Identifier] : [];
}
