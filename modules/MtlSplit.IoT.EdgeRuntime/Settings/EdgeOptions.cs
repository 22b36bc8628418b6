using System.ComponentModel.DataAnnotations;
using MtlSplit.IoT.Hosting.Settings;

namespace MtlSplit.IoT.EdgeRuntime.Settings;

/// <summary>Settings of the runtime. Section <c>Edge</c>.</summary>
public sealed class EdgeOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Edge";

    /// <summary>The device's id; empty = the connection string's.</summary>
    public string Device { get; set; } = "";

    /// <summary>The device's connection string: HostName, DeviceId and SharedAccessKey; or the path of a file that holds it.</summary>
    [Required]
    public string ConnectionString { get; set; } = "";

    /// <summary>The folder of identities, keys, certificates, modules and waiting messages. One runtime at a time uses it.</summary>
    [Required]
    public string Data { get; set; } = "data/edge";

    /// <summary>The JSON file that says which executable stands for which image; empty = none, every module is a container.</summary>
    public string Modules { get; set; } = "";

    /// <summary>The port of the hub's MQTT over TLS.</summary>
    [Range(1, 65535)]
    public int HubMqttPort { get; set; } = 8883;

    /// <summary>The port of the hub's REST interface.</summary>
    [Range(1, 65535)]
    public int HubHttpsPort { get; set; } = 443;

    /// <summary>The address to dial in place of the hub's name; empty = its name.</summary>
    public string HubAddress { get; set; } = "";

    /// <summary>A PEM file of the authorities that may have signed the hub's certificate; empty = the machine's own.</summary>
    public string HubAuthority { get; set; } = "";

    /// <summary>The name by which modules dial edgeHub on this device.</summary>
    [Required]
    [RegularExpression("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", ErrorMessage = "{0} must be a host name or an IPv4 address, without a port.")]
    public string HostName { get; set; } = "localhost";

    /// <summary>The address that edgeHub listens on.</summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>The port of edgeHub's MQTT over TLS; 0 = a free one, the same again after a restart where it is still free.</summary>
    [Range(0, 65535)]
    public int MqttPort { get; set; } = 8883;

    /// <summary>The port of edgeHub's HTTPS, for methods between modules; 0 = a free one.</summary>
    [Range(0, 65535)]
    public int HttpsPort { get; set; } = 8444;

    /// <summary>The path of the workload API's socket; empty = <c>run/workload.sock</c> in the folder of data. Modules that are containers need it to be alone in its folder.</summary>
    public string WorkloadSocket { get; set; } = "";

    /// <summary>The unix socket of the container engine; there need not be one.</summary>
    [Required]
    public string EngineSocket { get; set; } = "/var/run/docker.sock";

    /// <summary>Bytes on disk at most for the messages that wait in one queue (an endpoint and a priority), unless the deployment says less; the oldest go first.</summary>
    [Range(1L << 20, 1L << 40)]
    public long QueueBytes { get; set; } = 64L << 20;

    /// <summary>A module's log is rotated at so many bytes.</summary>
    [Range(4096, 1L << 30)]
    public long LogBytes { get; set; } = 4L << 20;

    /// <summary>Rotated logs kept of a module.</summary>
    [Range(0, 100)]
    public int LogFiles { get; set; } = 3;

    /// <summary>How long a module has to end after SIGTERM before it is killed; 10 s by default.</summary>
    [DurationRange("00:00:00", "00:05:00")]
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause before the first restart of a module that ended; doubles to 30 times itself. 10 s by default, as the real agent has it.</summary>
    [DurationRange("00:00:00.01", "00:10:00")]
    public TimeSpan RestartPause { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A file that gets the runtime's addresses as JSON when it runs; null: none.</summary>
    public string? ReadyFile { get; set; }
}
