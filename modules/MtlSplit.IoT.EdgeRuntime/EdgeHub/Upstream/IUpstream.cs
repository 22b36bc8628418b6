using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.EdgeRuntime.Identities;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub.Upstream;

/// <summary>Makes connections to the hub in the cloud.</summary>
internal interface IUpstream
{
    /// <summary>A client for a module, with the module's own key; not connected yet. The caller disposes it.</summary>
    IModuleClient Connect(ModuleIdentity module);
}
