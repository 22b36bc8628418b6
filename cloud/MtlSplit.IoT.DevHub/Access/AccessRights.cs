namespace MtlSplit.IoT.DevHub.Access;

/// <summary>What a policy lets its holder do.</summary>
[Flags]
internal enum AccessRights
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Read identities and configurations.</summary>
    RegistryRead = 1,

    /// <summary>Write identities and configurations.</summary>
    RegistryWrite = 2,

    /// <summary>Twins, queries, methods, messages.</summary>
    ServiceConnect = 4,

    /// <summary>Connect as any device or module.</summary>
    DeviceConnect = 8,
}
