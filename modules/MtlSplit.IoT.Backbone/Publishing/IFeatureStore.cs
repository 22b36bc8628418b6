using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>
/// Holds features until they are delivered, in the order they came, bounded: when full it drops the oldest. Places rise and are never used
/// twice. Thread-safe; only reading is for one thread at a time. Nothing throws for the disk's reasons.
/// </summary>
internal interface IFeatureStore : IDisposable
{
    /// <summary>Whether what is in it is still there after the process has ended.</summary>
    bool Lasts { get; }

    /// <summary>The place of the next feature. What is there below it when the store is opened is left from an earlier process.</summary>
    ulong Next { get; }

    /// <summary>What it holds.</summary>
    OutboxStatistics Statistics { get; }

    /// <summary>The contracts of the features in it.</summary>
    IReadOnlyList<ContractId> Contracts { get; }

    /// <summary>Keeps a contract's descriptor for as long as features of the contract may be left; as soon as there is room for it.</summary>
    void Keep(PublishedContract contract);

    /// <summary>Adds a feature and gives it its place.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="beside">Features that are held outside of the store and count for a bound in features.</param>
    StoreResult Add(OutboxFeature feature, int beside);

    /// <summary>Reads the next feature, once each, oldest first, without those removed by then. The message says that it is late.</summary>
    /// <param name="before">Places from this one on stay for later.</param>
    OutboxFeature? Read(ulong before);

    /// <summary>Whether the feature of this place is in the store.</summary>
    bool Contains(ulong place);

    /// <summary>A feature is done with.</summary>
    void Remove(ulong place);

    /// <summary>Nobody holds a waiting feature in memory any more; it will be read again.</summary>
    void Release(OutboxFeature feature);

    /// <summary>How many features turned out to be damaged since this was last asked.</summary>
    long TakeDamaged();
}
