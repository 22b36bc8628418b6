using System.Text.Json.Nodes;

namespace MtlSplit.IoT.DevHub.Running;

/// <summary>Tells other processes where the hub is.</summary>
internal static class ReadyFile
{
    /// <summary>Writes the file whole or not at all, since whoever waits for it may read it at once.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static async Task WriteAsync(string file, JsonObject content, CancellationToken ct)
    {
        await File.WriteAllTextAsync($"{file}.tmp", content.ToJsonString(), ct);
        File.Move($"{file}.tmp", file, overwrite: true);
    }
}
