using System.Text;
using MtlSplit.IoT.Broker.Admission;
using MtlSplit.IoT.Broker.Routing;

namespace MtlSplit.IoT.Broker.Packets;

/// <summary>A topic name with its bytes on the wire, so that routing needs no decoding and sending no encoding.</summary>
internal sealed class Topic
{
    public Topic(string name)
        : this(name, Encoding.UTF8.GetBytes(name))
    {
    }

    public Topic(string name, byte[] utf8)
    {
        Name = name;
        Utf8 = utf8;
    }

    public string Name { get; }

    public byte[] Utf8 { get; }

    /// <summary>Where messages on this topic went last; valid while <see cref="RouteVersion"/> is the routing table's.</summary>
    public Route? Route { get; set; }

    public long RouteVersion { get; set; }

    /// <summary>Who was last found allowed to publish here.</summary>
    public Principal? ClearedFor { get; set; }
}
