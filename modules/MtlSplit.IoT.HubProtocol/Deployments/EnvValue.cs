using System.Text.Json;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>The value of an environment variable: a string, a number or true or false, which the module gets as text.</summary>
/// <param name="Text">What the module gets; a number exactly as it is written in the deployment.</param>
/// <param name="Kind">How it is written.</param>
public readonly record struct EnvValue(string Text, EnvValueKind Kind = EnvValueKind.Text)
{
    /// <summary>Reads a value; the fault says what is wanted.</summary>
    internal static EnvValue? From(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.String => new EnvValue(HubJson.TextOf(value)),
        JsonValueKind.Number => new EnvValue(value.ToJsonString(), EnvValueKind.Number),
        JsonValueKind.True => new EnvValue("true", EnvValueKind.Boolean),
        JsonValueKind.False => new EnvValue("false", EnvValueKind.Boolean),
        _ => null,
    };

    /// <summary>The value as a deployment has it.</summary>
    public JsonNode ToJson() => Kind == EnvValueKind.Text ? JsonValue.Create(Text) : JsonNode.Parse(Text)!;

    /// <summary>What the module gets.</summary>
    public override string ToString() => Text;
}
