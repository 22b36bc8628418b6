using System.Text.Json;

namespace MtlSplit.IoT.Contracts.Twins;

/// <summary>The reported properties of a backbone module. Immutable.</summary>
public sealed record BackboneReported
{
    /// <summary>The bundle in use; null: none yet.</summary>
    public RunningBundle? Active { get; init; }

    /// <summary>The bundle that is kept for the way back; null: none.</summary>
    public RunningBundle? Previous { get; init; }

    /// <summary>The last update: what was wanted and how far it came; null: none was wanted yet.</summary>
    public UpdateReport? Update { get; init; }

    /// <summary>What of the desired properties cannot be used: path and reason; null: nothing.</summary>
    public string? Fault { get; init; }

    /// <summary>Reads the properties; null where they are not of this form. Unknown members are passed over: vehicles are older and newer than the cloud.</summary>
    public static BackboneReported? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ReportedJson.Default.BackboneReported);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Compact UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReportedJson.Default.BackboneReported);

    /// <summary>Compact UTF-8 JSON of a merge patch that makes reported properties, whatever they were, say exactly this: what is not set is null.</summary>
    public byte[] ToPatch() => JsonSerializer.SerializeToUtf8Bytes(this, ReportedPatchJson.Default.BackboneReported);
}
