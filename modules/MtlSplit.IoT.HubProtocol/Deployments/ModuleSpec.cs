using System.Text.Json.Nodes;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>One module of a deployment as it should be. Immutable; compares by value, environment included.</summary>
public sealed record ModuleSpec
{
    /// <summary>The only type there is.</summary>
    public const string DockerType = "docker";

    /// <summary>The start order of a module that gives none: after all others.</summary>
    public const uint LastToStart = uint.MaxValue;

    private const string EdgeAgentKey = "edgeAgent";
    private const string EdgeHubKey = "edgeHub";

    /// <summary>The name in the deployment: the author's, or <c>edgeAgent</c> and <c>edgeHub</c> of the system's modules.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is one of the system's two modules.</summary>
    public bool IsSystem { get; init; }

    /// <summary>The module's id at the hub: its name, for the system's modules after a <c>$</c>.</summary>
    public string ModuleId => IsSystem ? $"${Name}" : Name;

    /// <summary>The author's version of it; null if not given.</summary>
    public string? Version { get; init; }

    /// <summary>Whether it shall run.</summary>
    public ModuleStatus Status { get; init; } = ModuleStatus.Running;

    /// <summary>When it is started again.</summary>
    public RestartPolicy RestartPolicy { get; init; } = RestartPolicy.Always;

    /// <summary>When its image is fetched.</summary>
    public ImagePullPolicy ImagePullPolicy { get; init; } = ImagePullPolicy.OnCreate;

    /// <summary>Its place among the modules when they start: lower ones first. <see cref="LastToStart"/> if not given.</summary>
    public uint StartupOrder { get; init; } = LastToStart;

    /// <summary>Its environment variables by name.</summary>
    public IReadOnlyDictionary<string, EnvValue> Env { get; init; } = new Dictionary<string, EnvValue>();

    /// <summary>What it is made of.</summary>
    public required ModuleSettings Settings { get; init; }

    /// <summary>Reads a module of the author's.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="json">Its object.</param>
    /// <param name="path">Where in the document it is, for messages.</param>
    /// <exception cref="DeploymentException">It cannot be used; names the path.</exception>
    public static ModuleSpec Parse(string name, JsonNode? json, string path) => Read(name, new StrictObject(json, path), isSystem: false, minorVersion: int.MaxValue);

    /// <summary>Whether both say the same of a module.</summary>
    public bool Equals(ModuleSpec? other) =>
        other is not null && Name == other.Name && IsSystem == other.IsSystem && JsonNode.DeepEquals(ToJson(), other.ToJson());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, IsSystem, Settings);

    /// <summary>The module as a deployment has it; what has its default is left out, but status and restart policy.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (Version is not null)
        {
            json["version"] = Version;
        }

        json["type"] = DockerType;
        if (!IsAgent(Name, IsSystem))
        {
            json["status"] = Status.ToWord();
            json["restartPolicy"] = RestartPolicy.ToWord();
            if (StartupOrder != LastToStart)
            {
                json["startupOrder"] = StartupOrder;
            }
        }

        if (ImagePullPolicy != ImagePullPolicy.OnCreate)
        {
            json["imagePullPolicy"] = ImagePullPolicy.ToWord();
        }

        if (Env.Count > 0)
        {
            var env = new JsonObject();
            foreach (var (name, value) in Env.OrderBy(variable => variable.Key, StringComparer.Ordinal))
            {
                env[name] = new JsonObject { ["value"] = value.ToJson() };
            }

            json["env"] = env;
        }

        json["settings"] = Settings.ToJson();
        return json;
    }

    internal static ModuleSpec Read(string name, StrictObject module, bool isSystem, int minorVersion)
    {
        if (!isSystem && !DeploymentNames.IsModule(name))
        {
            throw new DeploymentException(module.Path, $"'{name}' may not be a module's name: letters, digits, _ and - are allowed.");
        }

        var type = module.String("type");
        if (type != DockerType)
        {
            throw module.Fault("type", $"'{type}' is not {DockerType}.");
        }

        if (IsAgent(name, isSystem))
        {
            const string Why = "does not apply to edgeAgent, which always runs and starts first.";
            module.Refuse("status", Why);
            module.Refuse("restartPolicy", Why);
            module.Refuse("startupOrder", Why);
        }

        if (minorVersion < 1)
        {
            module.Refuse("startupOrder", "needs schemaVersion 1.1.");
            module.Refuse("imagePullPolicy", "needs schemaVersion 1.1.");
        }

        var status = module.OptionalChoice("status", DeploymentWords.Statuses);
        var restart = module.OptionalChoice("restartPolicy", DeploymentWords.RestartPolicies);
        if (!isSystem)
        {
            _ = status ?? throw module.Fault("status", "is missing.");
            _ = restart ?? throw module.Fault("restartPolicy", "is missing.");
        }

        var read = new ModuleSpec
        {
            Name = name,
            IsSystem = isSystem,
            Version = module.OptionalString("version"),
            Status = status ?? ModuleStatus.Running,
            RestartPolicy = restart ?? RestartPolicy.Always,
            ImagePullPolicy = module.OptionalChoice("imagePullPolicy", DeploymentWords.PullPolicies) ?? ImagePullPolicy.OnCreate,
            StartupOrder = (uint)(module.OptionalWhole("startupOrder", 0, LastToStart) ?? LastToStart),
            Env = ReadEnv(module.OptionalObject("env")),
            Settings = ModuleSettings.Read(module.Object("settings")),
        };
        module.End();
        return read;
    }

    internal static ModuleSpec ReadSystem(StrictObject systemModules, bool isAgent, int minorVersion)
    {
        var key = isAgent ? EdgeAgentKey : EdgeHubKey;
        return Read(key, systemModules.Object(key), isSystem: true, minorVersion);
    }

    private static bool IsAgent(string name, bool isSystem) => isSystem && name == EdgeAgentKey;

    private static Dictionary<string, EnvValue> ReadEnv(StrictObject? env)
    {
        var read = new Dictionary<string, EnvValue>(StringComparer.Ordinal);
        foreach (var (name, json) in env?.TakeAll() ?? [])
        {
            if (!DeploymentNames.IsVariable(name))
            {
                throw env!.Fault(name, $"'{name}' may not be a variable's name: no + # $ . and no white space.");
            }

            var variable = new StrictObject(json, env!.PathOf(name));
            var value = variable.Take("value");
            read[name] = EnvValue.From(value) ?? throw variable.Fault("value", $"a string, a number or true or false is wanted, not {Messages.HubJson.Describe(value)}.");
            variable.End();
        }

        return read;
    }
}
