using System.Text.Json.Nodes;

namespace MtlSplit.IoT.EdgeModule;

/// <summary>A call of one of the module's methods.</summary>
/// <param name="Name">The method.</param>
/// <param name="Payload">The argument; null: JSON's null, or none. The handler's own.</param>
public sealed record MethodCall(string Name, JsonNode? Payload);
