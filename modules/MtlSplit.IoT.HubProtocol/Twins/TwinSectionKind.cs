namespace MtlSplit.IoT.HubProtocol.Twins;

/// <summary>A part of a twin, each with limits of its own.</summary>
public enum TwinSectionKind
{
    /// <summary>What the service wants of the device or module.</summary>
    Desired,

    /// <summary>What the device or module says of itself.</summary>
    Reported,

    /// <summary>What the service notes about it; never seen by the device or module.</summary>
    Tags,
}
