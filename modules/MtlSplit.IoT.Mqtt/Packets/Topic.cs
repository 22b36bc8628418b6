using System.Text;

namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>
/// A topic name with its bytes on the wire, so that routing needs no decoding and sending no encoding. The settable members are
/// a server's notes, which guards them itself: a client that publishes on one topic all day gives the same object each time.
/// </summary>
public sealed class Topic
{
    /// <summary>Makes a topic of its name.</summary>
    public Topic(string name)
        : this(name, Encoding.UTF8.GetBytes(name))
    {
    }

    internal Topic(string name, byte[] utf8)
    {
        Name = name;
        Utf8 = utf8;
    }

    /// <summary>The name as text.</summary>
    public string Name { get; }

    /// <summary>The name as UTF-8, without a length.</summary>
    public byte[] Utf8 { get; }

    /// <summary>Where a server's messages on this topic went last; for it to say whether that still holds.</summary>
    public object? Route { get; set; }

    /// <summary>The version of whatever <see cref="Route"/> was found in.</summary>
    public long RouteVersion { get; set; }

    /// <summary>Who was last found allowed to publish here.</summary>
    public object? ClearedFor { get; set; }
}
