using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;
using System.Text.Json;
using MtlSplit.IoT.Registry.Storing;

namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>A change as a CloudEvent 1.0 in the structured JSON form.</summary>
/// <param name="Change">The change.</param>
/// <param name="Id">The event's id: equal changes have equal ones, so that a reader knows an event that it gets twice.</param>
/// <param name="Body">The event, UTF-8 JSON.</param>
internal sealed record RegistryEvent(RegistryChange Change, string Id, ReadOnlyMemory<byte> Body)
{
    /// <summary>The media type of <see cref="Body"/>.</summary>
    public const string MediaType = "application/cloudevents+json";

    private const string TypePrefix = "mtlsplit.registry.";
    private const int IdDigits = 32;

    private static readonly Uri Source = new("/mtlsplit/registry", UriKind.Relative);

    public static RegistryEvent Of(RegistryChange change)
    {
        var id = BlobStore.DigestOf(JsonSerializer.SerializeToUtf8Bytes(change, EventJson.Default.RegistryChange))[..IdDigits];
        var data = JsonSerializer.SerializeToElement(ChangeData.Of(change), EventJson.Default.ChangeData);
        var cloudEvent = new CloudEvent(CloudEventsSpecVersion.V1_0)
        {
            Id = id,
            Source = change.Fleet is null ? Source : new Uri($"{Source}/{change.Fleet}", UriKind.Relative),
            Type = TypePrefix + change.Kind.Word(),
            Subject = change.Subject,
            Time = DateTimeOffset.UnixEpoch.AddMicroseconds(change.At),
            DataContentType = "application/json",
            Data = data,
        };
        return new RegistryEvent(change, id, new JsonEventFormatter().EncodeStructuredModeMessage(cloudEvent, out _));
    }
}
