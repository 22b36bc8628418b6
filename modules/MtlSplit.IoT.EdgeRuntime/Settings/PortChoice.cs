using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.EdgeRuntime.Settings;

/// <summary>
/// Free ports that stay the same from one start to the next, where they are still free: modules that outlived a runtime know edgeHub by its port.
/// </summary>
internal static class PortChoice
{
    public static (int Mqtt, int Https) Choose(string file, IPAddress address, int mqtt, int https)
    {
        JsonObject? last = null;
        if (PrivateFile.Read(file) is { } content && HubJson.TryParseObject(content, out var json, out _))
        {
            last = json;
        }

        var chosen = (Mqtt: mqtt > 0 ? mqtt : Free(address, last?["mqtt"]), Https: https > 0 ? https : Free(address, last?["https"]));
        PrivateFile.Write(file, HubJson.ToUtf8(new JsonObject { ["mqtt"] = chosen.Mqtt, ["https"] = chosen.Https }));
        return chosen;
    }

    private static int Free(IPAddress address, JsonNode? last)
    {
        if (last is JsonValue value && value.TryGetValue<int>(out var port) && port is > 0 and <= 65535 && Probe(address, port) is { } same)
        {
            return same;
        }

        return Probe(address, 0) ?? throw new IOException($"There is no free port on {address}.");
    }

    private static int? Probe(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
