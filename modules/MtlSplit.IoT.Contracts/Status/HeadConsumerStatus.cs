using System.Text.Json;

namespace MtlSplit.IoT.Contracts.Status;

/// <summary>A head consumer's retained status. The broker publishes the offline form as the consumer's will.</summary>
public sealed record HeadConsumerStatus
{
    /// <summary>Whether the consumer is up.</summary>
    public required bool Online { get; init; }

    /// <summary>When the status was written, Unix microseconds.</summary>
    public long At { get; init; }

    /// <summary>The heads that are warm.</summary>
    public IReadOnlyList<WarmHead> Heads { get; init; } = [];

    /// <summary>Heads that should be in use and cannot be loaded; null: none.</summary>
    public IReadOnlyList<RefusedHead>? Refused { get; init; }

    /// <summary>Features received and not yet answered.</summary>
    public int Waiting { get; init; }

    /// <summary>Age of the oldest feature not yet answered, in seconds.</summary>
    public double LagSeconds { get; init; }

    /// <summary>Predictions published since the start.</summary>
    public long Predictions { get; init; }

    /// <summary>Repeated features within the window, answered once.</summary>
    public long Repeats { get; init; }

    /// <summary>Features put into quarantine since the start.</summary>
    public long Quarantined { get; init; }

    /// <summary>Reads a status; null where the bytes are not one.</summary>
    public static HeadConsumerStatus? TryParse(ReadOnlySpan<byte> json) => StatusJson.TryParse(json, StatusJson.Default.HeadConsumerStatus);

    /// <summary>UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, StatusJson.Default.HeadConsumerStatus);
}
