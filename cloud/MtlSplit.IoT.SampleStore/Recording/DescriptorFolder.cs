using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.SampleStore.Recording;

/// <summary>
/// The descriptors of all contracts seen, one file each: without them a stored feature means nothing. A file is only
/// trusted after its digest was computed again. Safe for one writer and any number of readers.
/// </summary>
internal sealed class DescriptorFolder(SampleFolder folder)
{
    /// <summary>Keeps a descriptor, unless it is there already.</summary>
    /// <exception cref="DescriptorException">It is damaged, or its digest is not the contract it is said to be.</exception>
    public void Keep(ContractId contract, ReadOnlySpan<byte> json)
    {
        var descriptor = FeatureDescriptor.Parse(json);
        if (descriptor.Contract != contract)
        {
            throw new DescriptorException($"The descriptor's digest is {descriptor.Contract}, but it was published as {contract}.");
        }

        if (!File.Exists(folder.ContractPath(contract)))
        {
            Directory.CreateDirectory(folder.Contracts);
            SampleFolder.Replace(folder.ContractPath(contract), descriptor.ToCanonicalJson());
        }
    }

    /// <summary>The descriptor of a contract, or null where it was never seen.</summary>
    /// <exception cref="SampleStoreException">The file is damaged.</exception>
    public FeatureDescriptor? Find(ContractId contract)
    {
        var path = folder.ContractPath(contract);
        try
        {
            var descriptor = FeatureDescriptor.Parse(File.ReadAllBytes(path));
            return descriptor.Contract == contract
                ? descriptor
                : throw new SampleStoreException($"{path}: the descriptor's digest is {descriptor.Contract}.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (DescriptorException e)
        {
            throw new SampleStoreException($"{path}: {e.Message}", e);
        }
    }
}
