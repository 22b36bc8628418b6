using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Cli.Devices;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeviceRow))]
internal sealed partial class DevicesJson : JsonSerializerContext;
