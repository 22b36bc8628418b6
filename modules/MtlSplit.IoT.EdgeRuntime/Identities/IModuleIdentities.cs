namespace MtlSplit.IoT.EdgeRuntime.Identities;

/// <summary>The identities of the device's modules as they are known now, also without the hub. Thread-safe.</summary>
internal interface IModuleIdentities
{
    /// <summary>All of them.</summary>
    IReadOnlyCollection<ModuleIdentity> All { get; }

    /// <summary>The module's identity, or null.</summary>
    ModuleIdentity? Find(string moduleId);
}
