using System.Text.Json;
using System.Text.Json.Nodes;

namespace MtlSplit.IoT.Cli.Devices;

/// <summary>A device as it is shown.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Edge">Whether it runs modules.</param>
/// <param name="Enabled">Whether the hub lets it in.</param>
/// <param name="Connected">Whether it is connected now; of an edge device itself, not of its modules.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Deployments">The deployments in force on it.</param>
/// <param name="ConnectionString">What it proves itself with; only where that was asked for.</param>
internal sealed record DeviceRow(string Id, bool Edge, bool Enabled, bool Connected, JsonObject Tags, string[] Deployments, string? ConnectionString = null)
{
    /// <summary>Reads a twin.</summary>
    public static DeviceRow Of(JsonObject twin) => new(
        twin["deviceId"]!.GetValue<string>(),
        twin["capabilities"]?["iotEdge"]?.GetValue<bool>() ?? false,
        twin["status"]?.GetValue<string>() == "enabled",
        twin["connectionState"]?.GetValue<string>() == "Connected",
        twin["tags"]?.DeepClone().AsObject() ?? [],
        [.. (twin["configurations"] as JsonObject ?? []).Where(one => one.Value?["status"]?.GetValue<string>() == "Applied").Select(one => one.Key)]);

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DevicesJson.Default.DeviceRow);

    /// <summary>The tags, one beside the other, with dots between levels.</summary>
    public string TagText() => string.Join(", ", Flatten("", Tags));

    private static IEnumerable<string> Flatten(string before, JsonObject tags) => tags.SelectMany(tag => tag.Value is JsonObject deeper
        ? Flatten($"{before}{tag.Key}.", deeper)
        : [$"{before}{tag.Key}={tag.Value}"]);
}
