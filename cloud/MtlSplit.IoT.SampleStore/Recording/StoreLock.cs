namespace MtlSplit.IoT.SampleStore.Recording;

/// <summary>Lets one process at a time write to a store. Goes with the process, also when it is killed.</summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    /// <exception cref="SampleStoreException">Another process writes to the store.</exception>
    public static StoreLock Take(SampleFolder folder)
    {
        Directory.CreateDirectory(folder.Root);
        try
        {
            return new StoreLock(new FileStream(folder.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new SampleStoreException($"{folder.Root}: another recorder writes to this store.", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
