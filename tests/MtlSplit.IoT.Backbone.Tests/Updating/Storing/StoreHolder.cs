using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Backbone.Updating.Storing;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Storing;

/// <summary>A vehicle's process that has a store open until its standard input ends.</summary>
internal static class StoreHolder
{
    public const string Verb = "hold-store";

    /// <summary>How it ends where another process has the store.</summary>
    public const int InUse = 3;

    public static int Run(string folder)
    {
        try
        {
            using var store = BundleStore.Open(DiskFileSystem.Instance, folder, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000, NullLogger.Instance);
            Console.WriteLine($"active {store.Active?.Digest}");
            Console.In.ReadToEnd();
            return 0;
        }
        catch (FolderInUseException e)
        {
            Console.WriteLine(e.Message);
            return InUse;
        }
    }
}
