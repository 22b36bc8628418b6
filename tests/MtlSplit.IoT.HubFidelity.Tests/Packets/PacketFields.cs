using System.Globalization;
using System.Text;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Testing.Mqtt;

namespace MtlSplit.IoT.HubFidelity.Tests.Packets;

/// <summary>
/// A packet in fields. What must differ from run to run (times, signatures, request ids, packet identifiers) is replaced by what is true of it.
/// </summary>
/// <param name="Name">What the packet is for, and on which connection where that is not the first.</param>
/// <param name="Fields">The fields, in the order of the wire.</param>
internal sealed record PacketFields(string Name, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    /// <summary>Reads a packet; null: one that only keeps the connection alive.</summary>
    /// <param name="frame">As it was on the wire.</param>
    /// <param name="now">When it was sent, by its client's clock.</param>
    public static PacketFields? Of(MqttFrame frame, DateTimeOffset now)
    {
        var (name, fields) = frame.Type switch
        {
            1 => ("CONNECT", Connect(frame.AsConnect(), now)),
            3 => Publish(frame.AsPublish()),
            4 => ("PUBACK", [new("identifier", frame.Body is [0, 1] ? "that of the message" : Convert.ToHexString(frame.Body))]),
            8 => Subscribe(frame.AsSubscribe()),
            14 => ("DISCONNECT", [new("length", $"{frame.Body.Length}")]),
            12 => ("", []),
            _ => ($"packet of type {frame.Type}", new List<KeyValuePair<string, string>> { new("body", Convert.ToHexString(frame.Body)) }),
        };
        if (name.Length == 0)
        {
            return null;
        }

        // A client sets the duplicate flag when it sends again, which is told by the field of that name.
        fields.Insert(0, new("header", $"{(frame.Type == 3 ? frame.Header & 0xF7 : frame.Header):X2}"));
        return new PacketFields(frame.Link == 0 ? name : $"{name} over connection {frame.Link + 1}", fields);
    }

    private static List<KeyValuePair<string, string>> Connect(MqttConnect connect, DateTimeOffset now)
    {
        List<KeyValuePair<string, string>> fields =
        [
            new("protocol", $"{connect.ProtocolName} {connect.ProtocolLevel}"),
            new("reserved", $"{connect.Reserved}"),
            new("clean session", $"{connect.CleanSession}"),
            new("will", $"{connect.HasWill} {connect.WillQos} {connect.WillRetain}"),
            new("has user name", $"{connect.HasUsername}"),
            new("has password", $"{connect.HasPassword}"),
            new("keep alive", $"{connect.KeepAliveSeconds} s"),
            new("client id", connect.ClientId),
        ];
        var user = connect.Username!.Split("?", 2);
        var start = user[0].Split('/');
        fields.Add(new("user name: host", start[0]));
        fields.Add(new("user name: identity", string.Join('/', start[1..])));
        foreach (var (part, index) in user.ElementAtOrDefault(1)?.Split('&').Select((part, index) => (part, index)) ?? [])
        {
            var pair = part.Split('=', 2);
            // The program's own name and version are each client's own.
            fields.Add(new($"user name: parameter {index + 1}", pair[0] == "DeviceClientType" ? "DeviceClientType, percent-encoded" : part));
            if (pair[0] == "DeviceClientType")
            {
                fields.Add(new("user name: product", Uri.UnescapeDataString(pair[1]).Split('/')[0]));
            }
        }

        var password = connect.PasswordText.Split(' ', 2);
        fields.Add(new("password: scheme", password[0]));
        foreach (var (part, index) in password[1].Split('&').Select((part, index) => (part, index)))
        {
            var pair = part.Split('=', 2);
            fields.Add(new($"password: part {index + 1}", pair[0] switch
            {
                "sig" => SasToken.TryParse(connect.PasswordText, out var token) && token.IsSignedWith(RecordingHub.Key) ? "sig, signed with the module's key" : part,
                "se" => $"se, {Hours(DateTimeOffset.FromUnixTimeSeconds(long.Parse(pair[1], CultureInfo.InvariantCulture)) - now)} from now",
                _ => part,
            }));
        }

        return fields;
    }

    private static string Hours(TimeSpan life) => life.TotalMinutes is > 59 and < 60.1 ? "an hour" : life.ToString();

    private static (string, List<KeyValuePair<string, string>>) Publish(MqttPublish publish)
    {
        var (path, bag) = (publish.Topic, "");
        var name = "PUBLISH";
        if (publish.Topic.IndexOf("/messages/events", StringComparison.Ordinal) is > 0 and var at)
        {
            var end = at + "/messages/events".Length;
            (path, bag) = (publish.Topic[..end], publish.Topic[end..]);
            name = $"PUBLISH event '{Printable(publish.Payload)}'{(bag.Contains("%24.on=", StringComparison.Ordinal) ? " to an output" : "")}";
        }
        else if (publish.Topic.IndexOf('?', StringComparison.Ordinal) is > 0 and var query)
        {
            (path, bag) = (publish.Topic[..query], publish.Topic[query..]);
            name = $"PUBLISH {path}";
        }

        List<KeyValuePair<string, string>> fields =
        [
            new("duplicate", $"{publish.Duplicate}"),
            new("identifier", publish.PacketId == 0 ? "none" : "one"),
            new("topic", path),
            new("topic: before the properties", bag.TakeWhile(c => c is '/' or '?').Aggregate("", (text, c) => text + c)),
            new("topic: after the properties", bag.Trim('/').Length > 0 && bag.EndsWith('/') ? "/" : ""),
        ];
        foreach (var (part, index) in bag.Trim('/', '?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select((part, index) => (part, index)))
        {
            fields.Add(new($"property {index + 1}", part.StartsWith("$rid=", StringComparison.Ordinal) && !publish.Topic.Contains("methods", StringComparison.Ordinal) ? "$rid, its own" : part));
        }

        fields.Add(new("payload", Printable(publish.Payload)));
        return (name, fields);
    }

    private static (string, List<KeyValuePair<string, string>>) Subscribe(MqttSubscribe subscribe)
    {
        List<KeyValuePair<string, string>> fields = [new("identifier", subscribe.PacketId == 0 ? "none" : "one"), new("filters", $"{subscribe.Filters.Count}")];
        fields.AddRange(subscribe.Filters.Select((filter, index) => KeyValuePair.Create($"QoS {index + 1}", $"{filter.Qos}")));
        return ($"SUBSCRIBE {string.Join(' ', subscribe.Filters.Select(filter => filter.Filter))}", fields);
    }

    private static string Printable(byte[] payload) => payload.All(b => b >= 0x20) ? Encoding.UTF8.GetString(payload) : Convert.ToHexString(payload);
}
