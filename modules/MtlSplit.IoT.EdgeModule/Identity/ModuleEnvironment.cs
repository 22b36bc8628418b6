using System.Collections;
using System.Diagnostics.CodeAnalysis;
using MtlSplit.IoT.EdgeModule.Workload;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.EdgeModule.Identity;

/// <summary>
/// Which module this process is, by its environment: a connection string in <c>EdgeHubConnectionString</c> or
/// <c>IotHubConnectionString</c>, or else what the IoT Edge agent gives to every module in <c>IOTEDGE_*</c>. Immutable.
/// </summary>
public sealed record ModuleEnvironment
{
    private const string EdgeHubVariable = "EdgeHubConnectionString";
    private const string HubVariable = "IotHubConnectionString";
    private const string AuthorityVariable = "EdgeModuleCACertificateFile";
    private const string WorkloadVariable = "IOTEDGE_WORKLOADURI";
    private const string SchemeVariable = "IOTEDGE_AUTHSCHEME";
    private const string GenerationVariable = "IOTEDGE_MODULEGENERATIONID";
    private const string HubHostVariable = "IOTEDGE_IOTHUBHOSTNAME";
    private const string GatewayVariable = "IOTEDGE_GATEWAYHOSTNAME";
    private const string DeviceVariable = "IOTEDGE_DEVICEID";
    private const string ModuleVariable = "IOTEDGE_MODULEID";

    private ModuleEnvironment(HubIdentity identity, string hubHostName, string? gatewayHostName)
    {
        Identity = identity;
        HubHostName = hubHostName;
        GatewayHostName = gatewayHostName;
    }

    /// <summary>The module.</summary>
    public HubIdentity Identity { get; }

    /// <summary>The hub's name, for which tokens are made.</summary>
    public string HubHostName { get; }

    /// <summary>The host to dial in its place, the edge device, perhaps with a port; null: the hub itself.</summary>
    public string? GatewayHostName { get; }

    /// <summary>The workload API; null where a connection string says everything.</summary>
    public WorkloadOptions? Workload { get; private init; }

    /// <summary>The connection string; null where the workload API signs.</summary>
    public HubConnectionString? ConnectionString { get; private init; }

    /// <summary>A PEM file to trust, from <c>EdgeModuleCACertificateFile</c>; null: none.</summary>
    public string? AuthorityFile { get; private init; }

    /// <summary>This process's own variables.</summary>
    [SuppressMessage("Performance", "CA1859", Justification = "What is handed out is read-only.")]
    public static IReadOnlyDictionary<string, string?> OfProcess() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value, StringComparer.Ordinal);

    /// <summary>Whether the variables speak of a module at all, well or badly: a process that can be either one is meant to be one.</summary>
    /// <param name="variables">The environment.</param>
    public static bool IsMeant(IReadOnlyDictionary<string, string?> variables) =>
        new[] { EdgeHubVariable, HubVariable, WorkloadVariable, ModuleVariable }.Any(name => !string.IsNullOrWhiteSpace(variables.GetValueOrDefault(name)));

    /// <summary>Reads the variables. An empty one counts as missing.</summary>
    /// <param name="variables">The environment.</param>
    /// <exception cref="ModuleEnvironmentException">Variables are missing or unusable; each is named.</exception>
    public static ModuleEnvironment Read(IReadOnlyDictionary<string, string?> variables)
    {
        string? Find(string name) => variables.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;

        foreach (var name in (ReadOnlySpan<string>)[EdgeHubVariable, HubVariable])
        {
            if (Find(name) is { } text)
            {
                return Of(Parse(name, text)) with { AuthorityFile = Find(AuthorityVariable) };
            }
        }

        string[] needed = [WorkloadVariable, DeviceVariable, ModuleVariable, HubHostVariable, SchemeVariable, GenerationVariable];
        var missing = needed.Where(name => Find(name) is null).ToList();
        if (missing.Count > 0)
        {
            throw new ModuleEnvironmentException(
                $"This process is no IoT Edge module: the environment lacks {string.Join(", ", missing)}, and neither {EdgeHubVariable} nor {HubVariable} stands in for them.");
        }

        return OfAgent(Find) with { AuthorityFile = Find(AuthorityVariable) };
    }

    /// <summary>A module by its connection string.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <exception cref="ModuleEnvironmentException">It names no module.</exception>
    public static ModuleEnvironment Of(HubConnectionString connectionString) => connectionString.Identity is { IsModule: true } module
        ? new ModuleEnvironment(Speakable(module), connectionString.HostName, connectionString.GatewayHostName) { ConnectionString = connectionString }
        : throw new ModuleEnvironmentException("The connection string names no module: DeviceId and ModuleId are both needed.");

    // The hub allows these in ids, MQTT does not allow them in topics.
    private static HubIdentity Speakable(HubIdentity module) => module.ClientId.AsSpan().IndexOfAny('+', '#') < 0
        ? module
        : throw new ModuleEnvironmentException($"Module '{module}' cannot be reached over MQTT: its topics would hold + or #.");

    private static HubConnectionString Parse(string variable, string text)
    {
        try
        {
            return HubConnectionString.Parse(text);
        }
        catch (HubFormatException error)
        {
            throw new ModuleEnvironmentException($"{variable}: {error.Message}");
        }
    }

    private static ModuleEnvironment OfAgent(Func<string, string?> find)
    {
        List<string> faults = [];
        if (!string.Equals(find(SchemeVariable), "sasToken", StringComparison.OrdinalIgnoreCase))
        {
            faults.Add($"{SchemeVariable} is '{find(SchemeVariable)}'; only sasToken is supported.");
        }

        if (!Uri.TryCreate(find(WorkloadVariable), UriKind.Absolute, out var address) || !WorkloadSocket.IsUsable(address))
        {
            faults.Add($"{WorkloadVariable} is '{find(WorkloadVariable)}'; unix:///path or http://host:port is needed.");
        }

        if (!HubIdentity.TryCreate(find(DeviceVariable), find(ModuleVariable), out var identity))
        {
            faults.Add($"{DeviceVariable} '{find(DeviceVariable)}' or {ModuleVariable} '{find(ModuleVariable)}' is not a valid id.");
        }

        CheckHost(HubHostVariable);
        CheckHost(GatewayVariable);
        return faults.Count > 0
            ? throw new ModuleEnvironmentException(string.Join(' ', faults))
            : new ModuleEnvironment(Speakable(identity!), find(HubHostVariable)!, find(GatewayVariable))
            {
                Workload = new WorkloadOptions { Address = address!, ModuleId = identity!.ModuleId!, GenerationId = find(GenerationVariable)! },
            };

        void CheckHost(string name)
        {
            if (find(name) is { } host && !HubEndpoint.TryParse(host, 1, out _))
            {
                faults.Add($"{name} is '{host}'; a host name, perhaps with a port, is needed.");
            }
        }
    }
}
