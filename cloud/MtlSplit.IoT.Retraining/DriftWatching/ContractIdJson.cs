using System.Text.Json;
using System.Text.Json.Serialization;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Retraining.DriftWatching;

/// <summary>A contract's id as 64 hex digits.</summary>
internal sealed class ContractIdJson : JsonConverter<ContractId>
{
    public override ContractId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && ContractId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("a contract's id is 64 hex digits");

    public override void Write(Utf8JsonWriter writer, ContractId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
