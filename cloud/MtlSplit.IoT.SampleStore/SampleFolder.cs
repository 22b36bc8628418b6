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

    /// <summary>Segments that somebody else than the log's writer wrote; the writer takes them into the log.</summary>
    public string Imports => Path.Combine(Root, "imports");

    public string Contracts => Path.Combine(Root, "contracts");

    public string Partitions => Path.Combine(Root, "partitions");

    /// <summary>Partition files that turned out damaged.</summary>
    public string Damaged => Path.Combine(Root, "damaged");

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

    /// <summary>Paths of the whole segments that wait to be taken into the log, oldest first.</summary>
    public IReadOnlyList<string> WaitingImports() => Directory.Exists(Imports)
        ? [.. Directory.EnumerateFiles(Imports, "*" + SegmentSuffix).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The path of a segment that is to wait there, and the one that it is written under until it is whole.</summary>
    public (string Whole, string Unfinished) ImportPath(long writtenAt, Guid id)
    {
        var name = Path.Combine(Imports, string.Create(CultureInfo.InvariantCulture, $"{writtenAt:D17}-{id:N}"));
        return (name + SegmentSuffix, name + ".new");
    }

    /// <summary>Bytes of those files that are still there.</summary>
    public static long BytesOf(IEnumerable<string> paths) => paths.Sum(p => new FileInfo(p) is { Exists: true } file ? file.Length : 0);

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
