namespace MtlSplit.IoT.DevHub.Queries;

/// <summary>What a query goes through.</summary>
internal enum QueryCollection
{
    /// <summary>Twins of devices.</summary>
    Devices,

    /// <summary>Twins of modules.</summary>
    Modules,
}
