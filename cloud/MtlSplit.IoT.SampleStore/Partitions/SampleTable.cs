namespace MtlSplit.IoT.SampleStore.Partitions;

/// <summary>One table of samples.</summary>
/// <param name="Name">Its name in queries.</param>
/// <param name="Columns">Columns and types.</param>
/// <param name="Identity">The columns that make two rows the same one.</param>
/// <param name="PartitionKey">The column that its files are parted by, besides fleet and day.</param>
/// <param name="DayOf">The time whose day its files are parted by.</param>
internal sealed record SampleTable(string Name, string Columns, string Identity, string PartitionKey, string DayOf)
{
    /// <summary>The table of rows that come from the log and are in no file yet.</summary>
    public string Fresh => "fresh_" + Name;

    /// <summary>The table that the log is read into, before repeats are taken out.</summary>
    public string Staged => "staged_" + Name;

    /// <summary>Columns that the log's rows have until they are in a file.</summary>
    public string Passing { get; init; } = "";

    /// <summary>
    /// Columns that older files lack, at the end of <see cref="Columns"/>: the values that their rows have, by <see cref="PartitionFile.Form"/>.
    /// </summary>
    public string[] Since { get; init; } = [];

    /// <summary>The names of the columns, in order.</summary>
    public string ColumnNames => string.Join(", ", Columns.Split(", ").Select(c => c.Split(' ')[0]));
}
