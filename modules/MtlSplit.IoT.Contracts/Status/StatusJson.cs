using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MtlSplit.IoT.Contracts.Status;

/// <summary>Reads and writes status documents. Unknown members are ignored: newer writers may say more.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VehicleStatus))]
[JsonSerializable(typeof(HeadConsumerStatus))]
internal sealed partial class StatusJson : JsonSerializerContext
{
    public static T? TryParse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
