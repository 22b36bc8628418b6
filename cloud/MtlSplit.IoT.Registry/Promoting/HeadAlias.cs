namespace MtlSplit.IoT.Registry.Promoting;

/// <summary>What a head is to a fleet.</summary>
public enum HeadAlias
{
    /// <summary>It answers.</summary>
    Production,

    /// <summary>It is watched beside the one that answers.</summary>
    Shadow,

    /// <summary>It answered before.</summary>
    Previous,
}
