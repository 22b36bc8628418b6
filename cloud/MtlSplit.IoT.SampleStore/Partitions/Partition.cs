namespace MtlSplit.IoT.SampleStore.Partitions;

/// <summary>What the files of one partition have in common. A repeated message always falls into the partition of the first.</summary>
internal readonly record struct Partition(string Table, string Fleet, string Key, string Day)
{
    /// <summary>The partition's folder below the partitions' folder, named as Hive does.</summary>
    public string Folder => $"{Table}/fleet={Fleet}/{(Table == SampleTables.Features.Name ? "contract" : "task")}={Key}/day={Day}";
}
