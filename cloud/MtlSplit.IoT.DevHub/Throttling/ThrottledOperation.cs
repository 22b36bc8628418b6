namespace MtlSplit.IoT.DevHub.Throttling;

/// <summary>A kind of operation that has a limit of its own.</summary>
internal enum ThrottledOperation
{
    /// <summary>Identities: create, retrieve, list, update, delete.</summary>
    RegistryOperations,

    /// <summary>New connections of devices and modules.</summary>
    Connections,

    /// <summary>Messages of devices and modules.</summary>
    Sends,

    /// <summary>Direct methods, in pieces of 4 KiB of their payload.</summary>
    Methods,

    /// <summary>Queries.</summary>
    Queries,

    /// <summary>Twins read, by services and by their owners.</summary>
    TwinReads,

    /// <summary>Twins changed, by services and by their owners.</summary>
    TwinUpdates,

    /// <summary>Configurations: create, retrieve, list, update, delete, test; and content applied to one device.</summary>
    Configurations,
}
