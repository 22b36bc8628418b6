using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.DevHub.Throttling;

namespace MtlSplit.IoT.DevHub.Settings;

/// <summary>Settings of the hub. Section <c>Hub</c>.</summary>
public sealed class HubOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Hub";

    /// <summary>The folder of the database, the authority's certificate and the connection string.</summary>
    [Required]
    public string Data { get; set; } = "data/hub";

    /// <summary>The hub's name, which connection strings carry and for which tokens are made.</summary>
    [Required]
    [RegularExpression("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", ErrorMessage = "{0} must be a host name, without a port.")]
    public string Name { get; set; } = "localhost";

    /// <summary>More names and addresses by which clients dial the hub, separated by commas.</summary>
    public string Hosts { get; set; } = "";

    /// <summary>The address to listen on.</summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>The port of HTTPS and of MQTT over WebSocket; 0: a free one. Microsoft's service SDKs know only 443.</summary>
    [Range(0, 65535)]
    public int HttpsPort { get; set; } = 8443;

    /// <summary>The port of MQTT over TLS; 0: a free one.</summary>
    [Range(0, 65535)]
    public int MqttPort { get; set; } = 8883;

    /// <summary>A file that gets the hub's addresses as JSON when it listens; null: none.</summary>
    public string? ReadyFile { get; set; }

    /// <summary>PEM files of authorities whose certificates prove devices and modules, separated by commas.</summary>
    public string DeviceAuthorities { get; set; } = "";

    /// <summary>The folder whose archives of bundles the hub serves to its devices and modules; null: none.</summary>
    public string? Bundles { get; set; }

    /// <summary>Archives on their way at once; whoever is one too many is told to come again.</summary>
    [Range(1, 10_000)]
    public int BundleTransfers { get; set; } = 16;

    /// <summary>Limits for operations; none by default.</summary>
    [ValidateObjectMembers]
    public ThrottlingOptions Throttling { get; set; } = new();

    /// <summary>Clients at once.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 5000;

    /// <summary>Names and addresses of <see cref="Hosts"/>.</summary>
    public IReadOnlyList<string> HostList => Split(Hosts);

    /// <summary>Files of <see cref="DeviceAuthorities"/>.</summary>
    public IReadOnlyList<string> DeviceAuthorityList => Split(DeviceAuthorities);

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
