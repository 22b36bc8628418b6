namespace MtlSplit.IoT.SampleStore.LabelFiles;

/// <summary>A file of labels, as people and their tools write it: columns frame, vehicle, task, class and, optionally, labelled_at.</summary>
public static class LabelFile
{
    /// <summary>The format that a file's name ends with, or null where it says none.</summary>
    public static LabelFileFormat? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => LabelFileFormat.Csv,
        ".jsonl" or ".ndjson" => LabelFileFormat.JsonLines,
        ".parquet" => LabelFileFormat.Parquet,
        _ => null,
    };

    /// <summary>A value as it stands in CSV.</summary>
    public static string CsvField(string value) => CsvFields.Quote(value);

    /// <summary>Reads the rows, the broken ones too, one at a time.</summary>
    internal static IEnumerable<LabelFileRow> Read(string path, LabelFileFormat format, bool taskIsGiven) => format switch
    {
        LabelFileFormat.Csv => CsvLabelFile.Read(path, taskIsGiven),
        LabelFileFormat.JsonLines => JsonLinesLabelFile.Read(path),
        _ => ParquetLabelFile.Read(path, taskIsGiven),
    };
}
