namespace MtlSplit.IoT.DevHub.Throttling;

/// <summary>Whose limits a hub keeps.</summary>
public enum HubTier
{
    /// <summary>Nobody's: as fast as it can.</summary>
    None,

    /// <summary>Those of the tiers Free, B1 and S1.</summary>
    S1,

    /// <summary>Those of the tiers B2 and S2.</summary>
    S2,

    /// <summary>Those of the tiers B3 and S3.</summary>
    S3,
}
