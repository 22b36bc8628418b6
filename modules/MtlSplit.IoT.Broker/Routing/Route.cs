using MtlSplit.IoT.Broker.Sessions;
using MtlSplit.IoT.Broker.Sharing;

namespace MtlSplit.IoT.Broker.Routing;

/// <summary>Where messages on one topic go: each session once, however many of its filters match, and each shared group once.</summary>
internal sealed class Route(PlainRoute[] plain, SharedGroup[] groups)
{
    public PlainRoute[] Plain { get; } = plain;

    public SharedGroup[] Groups { get; } = groups;
}

/// <summary>One session that a topic's messages go to, with the most that its matching filters ask for.</summary>
internal readonly record struct PlainRoute(Session Session, byte MaxQos, bool NoLocal, bool RetainAsPublished, uint[] Identifiers);
