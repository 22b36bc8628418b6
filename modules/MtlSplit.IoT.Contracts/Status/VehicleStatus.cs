using System.Text.Json;

namespace MtlSplit.IoT.Contracts.Status;

/// <summary>A vehicle's retained status. The broker publishes the offline form as the vehicle's will.</summary>
public sealed record VehicleStatus
{
    /// <summary>Whether the backbone is up.</summary>
    public required bool Online { get; init; }

    /// <summary>The contract in use, 64 hex digits.</summary>
    public string? Contract { get; init; }

    /// <summary>Other contracts, 64 hex digits each, of which the vehicle still holds features that it has not delivered; null: none.</summary>
    public IReadOnlyList<string>? HeldContracts { get; init; }

    /// <summary>The bundle in use: the digest of its model.json.</summary>
    public string? Bundle { get; init; }

    /// <summary>The encoding in use, by name.</summary>
    public string? Encoding { get; init; }

    /// <summary>When the status was written, Unix microseconds.</summary>
    public long At { get; init; }

    /// <summary>Frames captured in this session.</summary>
    public long FramesCaptured { get; init; }

    /// <summary>Frames dropped in this session because a newer one was waiting.</summary>
    public long FramesDropped { get; init; }

    /// <summary>Features that the broker acknowledged in this session, those of earlier sessions included.</summary>
    public long FeaturesDelivered { get; init; }

    /// <summary>Features given up, by reason.</summary>
    public IReadOnlyDictionary<string, long>? FeaturesDropped { get; init; }

    /// <summary>Features that wait in the outbox, those on their way included.</summary>
    public long OutboxFeatures { get; init; }

    /// <summary>What they take, of memory or of the disk.</summary>
    public long OutboxBytes { get; init; }

    /// <summary>When the oldest of them was captured, about, in Unix microseconds; null where none waits.</summary>
    public long? OutboxOldestAt { get; init; }

    /// <summary>Encoded bytes of the acknowledged features.</summary>
    public long EncodedBytes { get; init; }

    /// <summary>Elements outside the quantiser's range, as a share of all elements.</summary>
    public double SaturatedShare { get; init; }

    /// <summary>Predictions about this vehicle that it has read back.</summary>
    public long PredictionsReceived { get; init; }

    /// <summary>Reads a status; null where the bytes are not one.</summary>
    public static VehicleStatus? TryParse(ReadOnlySpan<byte> json) => StatusJson.TryParse(json, StatusJson.Default.VehicleStatus);

    /// <summary>UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, StatusJson.Default.VehicleStatus);
}
