using System.Text.Json;
using System.Text.Json.Nodes;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;

namespace MtlSplit.IoT.Retraining.DriftWatching;

/// <summary>What others are told of a look: a CloudEvent for each alarm that went on or off, its evidence within.</summary>
internal static class DriftEvents
{
    private static readonly JsonEventFormatter Formatter = new();

    /// <summary>The events of a look, in CloudEvents' JSON, each on one line. Their ids repeat when a look is repeated, so that whoever hears one twice can tell.</summary>
    public static IReadOnlyList<string> Of(WatchReport report) =>
    [
        .. report.Streams.Where(stream => stream.Change != "none").Select(stream =>
        {
            var subject = $"{stream.Contract}/{stream.Task}/{stream.Group}";
            var @event = new CloudEvent
            {
                Id = $"{subject}/{report.At}/{stream.Change}",
                Type = $"mtlsplit.drift.{stream.Change}",
                Source = new Uri($"/fleets/{report.Fleet}/drift", UriKind.Relative),
                Subject = subject,
                Time = DateTimeOffset.UnixEpoch.AddMicroseconds(report.At),
                DataContentType = "application/json",
                Data = JsonSerializer.SerializeToElement(stream, WatchJson.Default.WatchedStream),
            };
            return JsonNode.Parse(Formatter.EncodeStructuredModeMessage(@event, out _).Span)!.ToJsonString();
        }),
    ];

    /// <summary>Adds events to the fleet's file of them, which survives a power cut when it returns.</summary>
    public static void Append(string dataFolder, string fleet, IReadOnlyList<string> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        var folder = Directory.CreateDirectory(Path.Combine(dataFolder, "drift")).FullName;
        using var file = new FileStream(Path.Combine(folder, $"{fleet}.events.jsonl"), FileMode.Append, FileAccess.Write, FileShare.Read);
        file.Write(System.Text.Encoding.UTF8.GetBytes(string.Concat(events.Select(line => line + "\n"))));
        file.Flush(flushToDisk: true);
    }
}
