namespace MtlSplit.IoT.SampleStore.Partitions;

/// <summary>A file that the catalog no longer lists, kept a while for readers that started before.</summary>
/// <param name="Path">Path below the partitions' folder.</param>
/// <param name="Bytes">Its size in bytes.</param>
/// <param name="RetiredAt">When, Unix microseconds.</param>
internal sealed record RetiredFile(string Path, long Bytes, long RetiredAt);
