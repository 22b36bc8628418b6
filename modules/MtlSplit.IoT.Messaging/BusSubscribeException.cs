namespace MtlSplit.IoT.Messaging;

/// <summary>A subscription was refused, by name.</summary>
public sealed class BusSubscribeException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="reasonCode">MQTT 5's SUBACK reason code.</param>
    /// <param name="detail">What more is known; null: the reason's name says it.</param>
    public BusSubscribeException(string filter, byte reasonCode, string? detail = null)
        : base($"Subscribing to '{filter}' was refused: {detail ?? BusReasons.NameOf(reasonCode)} (0x{reasonCode:x2}).")
    {
        Filter = filter;
        ReasonCode = reasonCode;
    }

    /// <summary>The filter.</summary>
    public string Filter { get; }

    /// <summary>MQTT 5's reason code.</summary>
    public byte ReasonCode { get; }
}
