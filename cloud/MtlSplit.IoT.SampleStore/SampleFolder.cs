using System.Globalization;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.SampleStore;

/// <summary>Where everything of a sample store lies: <c>{data}/samples/</c>.</summary>
/// <param name="dataFolder">The data folder.</param>
internal sealed class SampleFolder(string dataFolder)
{
    private const string SegmentSuffix = ".log";

    public string Root { get; } = Path.Combine(Path.GetFullPath(dataFolder), "samples");

    public string Log => Path.Combine(Root, "log");

    public string Contracts => Path.Combine(Root, "contracts");

    public string Partitions => Path.Combine(Root, "partitions");

    public string Catalog => Path.Combine(Root, "catalog.json");

    public string Lock => Path.Combine(Root, ".lock");

    public string ContractPath(ContractId contract) => Path.Combine(Contracts, contract + ".json");

    public string SegmentPath(long number) => Path.Combine(Log, number.ToString("D12", CultureInfo.InvariantCulture) + SegmentSuffix);

    /// <summary>Full path of a file that the catalog names.</summary>
    public string PartitionPath(string file) => Path.Combine(Partitions, file);

    /// <summary>Numbers of the segments on disk, rising.</summary>
    public IReadOnlyList<long> Segments() => Directory.Exists(Log)
        ? [.. Directory.EnumerateFiles(Log, "*" + SegmentSuffix)
            .Select(f => long.TryParse(Path.GetFileNameWithoutExtension(f), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1)
            .Where(n => n >= 0)
            .Order()]
        : [];

    /// <summary>Replaces a file whole: readers see the old bytes or the new ones, also after a crash.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        var next = path + ".new";
        using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}
