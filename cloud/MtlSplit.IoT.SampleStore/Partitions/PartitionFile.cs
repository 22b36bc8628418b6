namespace MtlSplit.IoT.SampleStore.Partitions;

/// <summary>One Parquet file of a partition.</summary>
/// <param name="Path">Path below the partitions' folder, with forward slashes.</param>
/// <param name="Table">What it holds: <c>features</c>, <c>predictions</c> or <c>labels</c>.</param>
/// <param name="Fleet">The fleet.</param>
/// <param name="Key">The contract of features; the task of predictions and labels.</param>
/// <param name="Day">The day in UTC, <c>yyyy-MM-dd</c>: of capture, for labels of labelling.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">Its size in bytes.</param>
/// <param name="Form">Which columns it has; 0 where the catalog is from before there was more than one form.</param>
internal sealed record PartitionFile(string Path, string Table, string Fleet, string Key, string Day, long Rows, long Bytes, int Form = 0)
{
    /// <summary>The form that files are written in.</summary>
    public const int CurrentForm = 1;

    public Partition Partition => new(Table, Fleet, Key, Day);
}
