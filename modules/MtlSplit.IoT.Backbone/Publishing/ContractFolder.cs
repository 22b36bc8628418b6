using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>The descriptors of the contracts that stored features were made with, a file each, beside the features.</summary>
internal sealed class ContractFolder(IFileSystem files, string folder)
{
    private const string Extension = ".json";

    /// <summary>Keeps a descriptor.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public void Keep(ContractId contract, ReadOnlySpan<byte> descriptor)
    {
        if (Find(contract) is null)
        {
            files.CreateDirectory(folder);
            files.SyncDirectory(Path.GetDirectoryName(folder)!);
            AtomicFile.Replace(files, PathOf(contract), descriptor);
        }
    }

    /// <summary>The descriptor of a contract; null where there is none, or it is damaged.</summary>
    public byte[]? Find(ContractId contract)
    {
        try
        {
            return AtomicFile.Read(files, PathOf(contract)) is { } descriptor && ContractId.Of(descriptor) == contract ? descriptor : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Deletes all but these.</summary>
    public void KeepOnly(IReadOnlySet<ContractId> contracts)
    {
        foreach (var file in files.Files(folder).Where(file => !ContractId.TryParse(Path.GetFileNameWithoutExtension(file), out var contract) || !contracts.Contains(contract)))
        {
            files.DeleteFile(file);
        }
    }

    private string PathOf(ContractId contract) => Path.Combine(folder, contract + Extension);
}
