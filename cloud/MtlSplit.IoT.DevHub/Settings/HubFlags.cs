using System.Globalization;
using MtlSplit.IoT.DevHub.Throttling;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.DevHub.Settings;

/// <summary>Flags of the command line.</summary>
internal static class HubFlags
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<SettingFlag> All =
    [
        new("--data", "Hub:Data", "The folder of the hub's database and of its authority's certificate. data/hub by default.") { ValueName = "FOLDER" },
        new("--name", "Hub:Name", "The hub's name in connection strings and tokens. localhost by default.") { ValueName = "NAME" },
        new("--host", "Hub:Hosts", "More names and addresses by which clients dial the hub; its certificate carries them.") { ValueName = "NAME,…" },
        new("--address", "Hub:Address", "The address to listen on. 127.0.0.1 by default.") { ValueName = "ADDRESS" },
        new("--https-port", "Hub:HttpsPort", "The port of HTTPS and of MQTT over WebSocket; 0 takes a free one. 8443 by default; Microsoft's service SDKs know only 443.") { ValueName = "PORT", Expand = text => Port("Hub:HttpsPort", text) },
        new("--mqtt-port", "Hub:MqttPort", "The port of MQTT over TLS; 0 takes a free one. 8883 by default.") { ValueName = "PORT", Expand = text => Port("Hub:MqttPort", text) },
        new("--device-authority", "Hub:DeviceAuthorities", "Authorities whose certificates prove devices and modules, PEM.") { ValueName = "FILE,…" },
        new("--throttle", "Hub:Throttling:Tier", "Answer 429 above the limits of Azure's tier S1, S2 or S3, with so many units. No limits by default.") { ValueName = "TIER[:UNITS]", Expand = Throttle },
        new("--bundles", "Hub:Bundles", "Serve the archives of bundles (*.mtlbundle) in this folder at https://NAME:PORT/bundles/ to devices and modules of the hub. None by default.") { ValueName = "FOLDER" },
        new("--ready-file", "Hub:ReadyFile", "Write the hub's addresses as JSON into this file when it listens.") { ValueName = "FILE" },
    ];

    private static KeyValuePair<string, string?>[] Throttle(string text)
    {
        var (tier, units) = text.Split(':') is [var before, var after] ? (before, after) : (text, null);
        return Enum.GetNames<HubTier>().FirstOrDefault(name => string.Equals(name, tier, StringComparison.OrdinalIgnoreCase)) is not { } known || (units is not null && !int.TryParse(units, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? throw new FormatException($"'{text}' is not {string.Join(", ", Enum.GetNames<HubTier>())}, or one of them with units, such as S1:2")
            : units is null ? [new("Hub:Throttling:Tier", known)] : [new("Hub:Throttling:Tier", known), new("Hub:Throttling:Units", units)];
    }

    private static KeyValuePair<string, string?>[] Port(string key, string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
        ? [new(key, text)]
        : throw new FormatException($"'{text}' is not a port, 0 to 65535");
}
