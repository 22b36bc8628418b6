using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.EdgeModule.Twins;

/// <summary>Reads what the hub says of a twin.</summary>
internal static class TwinText
{
    private const string VersionName = "$version";
    private const string MetadataName = "$metadata";

    /// <summary>The answer to a GET.</summary>
    /// <exception cref="HubFormatException">It is no twin.</exception>
    public static ModuleTwin Twin(ReadOnlySpan<byte> body)
    {
        var twin = HubJson.ParseObject(body, "twin");
        var (desired, desiredVersion) = Section(twin, "desired");
        var (reported, reportedVersion) = Section(twin, "reported");
        return new ModuleTwin(desired, desiredVersion, reported, reportedVersion);
    }

    /// <summary>A change of the desired properties; the version in the topic is the one that counts, and the body's must not contradict it.</summary>
    /// <exception cref="HubFormatException">It is no patch.</exception>
    public static JsonObject Patch(ReadOnlySpan<byte> body, long version)
    {
        var patch = HubJson.ParseObject(body, "desired patch");
        if (patch[VersionName] is { } own && (own is not JsonValue value || !value.TryGetValue<long>(out var number) || number != version))
        {
            throw new HubFormatException(VersionName, $"A desired patch of version {version} says {VersionName} {own.ToJsonString()}.");
        }

        Strip(patch);
        return patch;
    }

    private static (JsonObject Properties, long Version) Section(JsonObject twin, string name)
    {
        if (twin[name] is not JsonObject section)
        {
            throw new HubFormatException(name, $"The hub's twin has no object '{name}'.");
        }

        if (section[VersionName] is not JsonValue value || !value.TryGetValue<long>(out var version))
        {
            throw new HubFormatException(name, $"The hub's twin has no whole number '{name}.{VersionName}'.");
        }

        twin.Remove(name);
        Strip(section);
        return (section, version);
    }

    private static void Strip(JsonObject section)
    {
        section.Remove(VersionName);
        section.Remove(MetadataName);
    }
}
