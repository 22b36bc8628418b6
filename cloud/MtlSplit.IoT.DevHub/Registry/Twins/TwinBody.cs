using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Registry.Twins;

/// <summary>What a service says of a twin. Reported properties and what the hub itself decides are passed over in it: clients send back whole twins. Immutable.</summary>
/// <param name="HasTags">Whether tags are in it.</param>
/// <param name="Tags">The tags; null: remove them.</param>
/// <param name="HasDesired">Whether desired properties are in it.</param>
/// <param name="Desired">The desired properties without <c>$version</c> and <c>$metadata</c>; null: remove them.</param>
internal sealed record TwinBody(bool HasTags, JsonObject? Tags, bool HasDesired, JsonObject? Desired)
{
    /// <summary>Reads a request's body.</summary>
    /// <exception cref="HubException">A member is not what it must be, or names another twin.</exception>
    public static TwinBody Read(JsonObject body, HubIdentity id)
    {
        RequireSame(body, "deviceId", id.DeviceId);
        RequireSame(body, "moduleId", id.ModuleId);
        var properties = Bodies.Object(body, "properties");
        var desired = properties is null ? null : Bodies.Object(properties, "desired", "properties.")?.DeepClone().AsObject();
        desired?.Remove("$version");
        desired?.Remove("$metadata");
        return new TwinBody(body.ContainsKey("tags"), Bodies.Object(body, "tags")?.DeepClone().AsObject(), properties?.ContainsKey("desired") == true, desired);
    }

    private static void RequireSame(JsonObject body, string name, string? id)
    {
        if (Bodies.Text(body, name) is { Length: > 0 } said && said != id)
        {
            throw Bodies.Invalid($"{name} in the body is '{said}', in the path '{id}'.");
        }
    }
}
