using System.Text.Json.Nodes;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>What runs containers on the device. Immutable.</summary>
public sealed record RuntimeSpec
{
    /// <summary>The oldest version of Docker's API that will do; null if not given.</summary>
    public string? MinDockerVersion { get; init; }

    /// <summary>How containers log, JSON in a string; null if not given.</summary>
    public string? LoggingOptions { get; init; }

    /// <summary>How to log in to registries, by the author's name for each.</summary>
    public IReadOnlyDictionary<string, RegistryCredential> RegistryCredentials { get; init; } = new Dictionary<string, RegistryCredential>();

    /// <summary>The runtime as a deployment has it.</summary>
    public JsonObject ToJson()
    {
        var settings = new JsonObject();
        if (MinDockerVersion is not null)
        {
            settings["minDockerVersion"] = MinDockerVersion;
        }

        if (LoggingOptions is not null)
        {
            settings["loggingOptions"] = LoggingOptions;
        }

        if (RegistryCredentials.Count > 0)
        {
            var credentials = new JsonObject();
            foreach (var (name, credential) in RegistryCredentials)
            {
                credentials[name] = credential.ToJson();
            }

            settings["registryCredentials"] = credentials;
        }

        return new JsonObject { ["type"] = ModuleSpec.DockerType, ["settings"] = settings };
    }

    internal static RuntimeSpec Read(StrictObject runtime)
    {
        var type = runtime.String("type");
        if (type != ModuleSpec.DockerType)
        {
            throw runtime.Fault("type", $"'{type}' is not {ModuleSpec.DockerType}.");
        }

        var settings = runtime.OptionalObject("settings");
        var credentials = new Dictionary<string, RegistryCredential>(StringComparer.Ordinal);
        var registries = settings?.OptionalObject("registryCredentials");
        foreach (var (name, json) in registries?.TakeAll() ?? [])
        {
            if (!DeploymentNames.IsPlain(name))
            {
                throw registries!.Fault(name, $"'{name}' may not be a registry's name: no . $ # and no white space.");
            }

            credentials[name] = RegistryCredential.Read(new StrictObject(json, registries!.PathOf(name)));
        }

        var read = new RuntimeSpec
        {
            MinDockerVersion = settings?.OptionalString("minDockerVersion"),
            LoggingOptions = settings?.OptionalString("loggingOptions"),
            RegistryCredentials = credentials,
        };
        settings?.End();
        runtime.End();
        return read;
    }
}
