using System.Globalization;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.EdgeRuntime.Settings;

/// <summary>Flags of the command line.</summary>
internal static class EdgeFlags
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<SettingFlag> All =
    [
        new("--device", "Edge:Device", "The device's id; the connection string's unless given.") { ValueName = "ID" },
        new("--connection-string", "Edge:ConnectionString", "The device's connection string, or a file that holds it.") { ValueName = "TEXT|FILE" },
        new("--data", "Edge:Data", "The folder of identities, modules and waiting messages. data/edge by default.") { ValueName = "FOLDER" },
        new("--modules", "Edge:Modules", "The JSON file that says which executable stands for which image.") { ValueName = "FILE" },
        new("--hub-ca", "Edge:HubAuthority", "Authorities that may have signed the hub's certificate, PEM; the machine's own unless given.") { ValueName = "FILE" },
        new("--hub-address", "Edge:HubAddress", "The address to dial in place of the hub's name.") { ValueName = "ADDRESS" },
        new("--hub-mqtt-port", "Edge:HubMqttPort", "The port of the hub's MQTT. 8883 by default.") { ValueName = "PORT", Expand = text => Port("Edge:HubMqttPort", text) },
        new("--hub-https-port", "Edge:HubHttpsPort", "The port of the hub's REST interface. 443 by default.") { ValueName = "PORT", Expand = text => Port("Edge:HubHttpsPort", text) },
        new("--host-name", "Edge:HostName", "The name by which modules dial this device. localhost by default.") { ValueName = "NAME" },
        new("--address", "Edge:Address", "The address that edgeHub listens on. 127.0.0.1 by default.") { ValueName = "ADDRESS" },
        new("--mqtt-port", "Edge:MqttPort", "The port of edgeHub's MQTT; 0 takes a free one. 8883 by default.") { ValueName = "PORT", Expand = text => Port("Edge:MqttPort", text) },
        new("--https-port", "Edge:HttpsPort", "The port of edgeHub's HTTPS; 0 takes a free one. 8444 by default.") { ValueName = "PORT", Expand = text => Port("Edge:HttpsPort", text) },
        new("--workload-socket", "Edge:WorkloadSocket", "The path of the workload API's socket, in a folder of its own.") { ValueName = "PATH" },
        new("--engine", "Edge:EngineSocket", "The unix socket of the container engine. /var/run/docker.sock by default.") { ValueName = "PATH" },
        new("--ready-file", "Edge:ReadyFile", "Write the runtime's addresses as JSON into this file when it runs.") { ValueName = "FILE" },
    ];

    private static KeyValuePair<string, string?>[] Port(string key, string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
        ? [new(key, text)]
        : throw new FormatException($"'{text}' is not a port, 0 to 65535");
}
