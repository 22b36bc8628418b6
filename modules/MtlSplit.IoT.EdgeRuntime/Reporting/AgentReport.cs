using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MtlSplit.IoT.EdgeRuntime.Deploying;
using MtlSplit.IoT.EdgeRuntime.Planning;
using MtlSplit.IoT.EdgeRuntime.Running;
using MtlSplit.IoT.HubProtocol.Deployments;

namespace MtlSplit.IoT.EdgeRuntime.Reporting;

/// <summary>Makes the reported properties of <c>$edgeAgent</c>. Pure.</summary>
internal static class AgentReport
{
    private const string Version = "0.1.0";

    /// <summary>The whole section.</summary>
    /// <param name="deployment">What the hub wants.</param>
    /// <param name="fault">What a step failed with; null: nothing.</param>
    /// <param name="modules">The modules that are there.</param>
    /// <param name="history">Their restarts.</param>
    /// <param name="started">When the runtime started.</param>
    /// <param name="now">The time.</param>
    public static JsonObject Make(Deployment deployment, string? fault, IEnumerable<ModuleSighting> modules, ModuleHistory history, DateTimeOffset started, DateTimeOffset now)
    {
        var (code, description) = deployment.Code == Deployment.Good && fault is not null ? (Deployment.PlanFailed, fault) : (deployment.Code, deployment.Description);
        JsonObject system = [], others = [];
        if (deployment.Desired?.EdgeAgent is { } agent)
        {
            var own = agent.ToJson();
            own["imagePullPolicy"] = agent.ImagePullPolicy.ToWord();
            own["runtimeStatus"] = "running";
            own["lastStartTimeUtc"] = Time(started);
            system["edgeAgent"] = own;
        }

        foreach (var module in modules)
        {
            (module.Spec.IsSystem ? system : others)[module.Spec.Name] = Describe(module, history, now);
        }

        if (deployment.Desired?.EdgeHub is { } hub && !system.ContainsKey("edgeHub"))
        {
            var missing = hub.ToJson();
            missing["runtimeStatus"] = "unknown";
            system["edgeHub"] = missing;
        }

        return new JsonObject
        {
            ["schemaVersion"] = "1.0",
            ["version"] = new JsonObject { ["version"] = Version, ["build"] = "", ["commit"] = "" },
            ["lastDesiredVersion"] = deployment.Version,
            ["lastDesiredStatus"] = Status(code, description),
            ["runtime"] = RuntimeOf(deployment),
            ["systemModules"] = system,
            ["modules"] = others,
        };
    }

    /// <summary>The last words: what becomes of the modules is not known any more.</summary>
    public static JsonObject Leaving(JsonObject last)
    {
        var leaving = last.DeepClone().AsObject();
        leaving["lastDesiredStatus"] = Status(Deployment.Unknown, "The runtime is shutting down.");
        foreach (var section in (string[])["systemModules", "modules"])
        {
            foreach (var (_, module) in leaving[section] as JsonObject ?? [])
            {
                module!["runtimeStatus"] = "unknown";
            }
        }

        return leaving;
    }

    /// <summary>The runtime's word for what a module does.</summary>
    public static string WordOf(ModuleSighting module) => module.State switch
    {
        ModuleRunState.Running => "running",
        ModuleRunState.Stopped => "stopped",
        _ when RestartRules.Wants(module.Spec.RestartPolicy, module.ExitCode) => "backoff",
        // Ended by a signal to end, as by a person's hand.
        _ => module.ExitCode is 0 or 137 or 143 ? "stopped" : "failed",
    };

    private static JsonObject Describe(ModuleSighting module, ModuleHistory history, DateTimeOffset now)
    {
        var (restarts, last) = history.Of(module, now);
        var json = module.Spec.ToJson();
        json["imagePullPolicy"] = module.Spec.ImagePullPolicy.ToWord();
        json["runtimeStatus"] = WordOf(module);
        json["statusDescription"] = module.State == ModuleRunState.Exited && module.ExitCode is null ? "It ended and nobody saw how." : module.Remark;
        json["exitCode"] = module.ExitCode ?? 0;
        json["restartCount"] = restarts;
        json["lastStartTimeUtc"] = Time(module.Started);
        json["lastExitTimeUtc"] = Time(module.Exited);
        json["lastRestartTimeUtc"] = Time(last);
        return json;
    }

    private static JsonObject Status(int code, string description) => new()
    {
        ["code"] = code,
        // What a twin's text may be long.
        ["description"] = description.Length <= 1000 ? description : description[..1000],
    };

    private static JsonObject RuntimeOf(Deployment deployment)
    {
        var runtime = new JsonObject
        {
            ["type"] = ModuleSpec.DockerType,
            ["settings"] = new JsonObject
            {
                ["minDockerVersion"] = deployment.Desired?.Runtime.MinDockerVersion ?? "",
                ["loggingOptions"] = deployment.Desired?.Runtime.LoggingOptions ?? "",
            },
            ["platform"] = new JsonObject
            {
                ["os"] = OperatingSystem.IsLinux() ? "linux" : "windows",
                ["architecture"] = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
                ["version"] = Environment.OSVersion.VersionString,
            },
        };
        return runtime;
    }

    // What never happened is the year 1, as the real agent has it.
    private static string Time(DateTimeOffset? time) => (time ?? DateTimeOffset.MinValue).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
