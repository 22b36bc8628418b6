using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry;
using MtlSplit.IoT.Registry.Promoting;

namespace MtlSplit.IoT.Testing.Heads;

/// <summary>The heads that one fleet's consumers find in a data folder, and a short way to give them another.</summary>
/// <param name="dataFolder">The data folder.</param>
/// <param name="fleet">The fleet.</param>
/// <param name="seeds">Bundles whose heads stand in where no alias was set.</param>
public sealed class FleetHeads(string dataFolder, string fleet, BundleCatalog? seeds = null)
{
    private static readonly ChangeReason Reason = new("test", "for a test");

    /// <summary>As consumers read them.</summary>
    public HeadStore Store { get; } = new(dataFolder, fleet, seeds);

    /// <summary>As they are changed.</summary>
    public ModelRegistry Registry { get; } = new(dataFolder, TimeProvider.System);

    /// <summary>Registers a head and lets it answer.</summary>
    public HeadRelease Publish(ContractId contract, HeadManifest manifest, byte[] onnx)
    {
        var head = Registry.Register(manifest with { Contract = contract.ToString() }, onnx);
        Registry.Promote(new AliasKey(fleet, contract, manifest.Task), head, Reason);
        return Store.Open(contract, manifest.Task, head.Target);
    }

    /// <summary>Lets the head that came in a bundle answer.</summary>
    public HeadRelease PublishInitial(Bundle bundle, string task)
    {
        var head = Registry.PublishInitial(fleet, bundle, bundle.FindTask(task)!, Reason);
        return Store.Open(bundle.Contract, task, head.Target);
    }

    /// <summary>The head that answers.</summary>
    public HeadRelease? Current(ContractId contract, string task) => Store.Current(contract, task);

    /// <summary>The document of the head that answers.</summary>
    public string DocumentOf(ContractId contract, string task) => new RegistryFolder(dataFolder).HeadFile(contract, task, Store.Aliases(contract, task)!.Production!.Head);
}
