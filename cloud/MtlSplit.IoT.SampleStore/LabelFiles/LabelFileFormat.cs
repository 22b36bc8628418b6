namespace MtlSplit.IoT.SampleStore.LabelFiles;

/// <summary>How a file of labels is written.</summary>
public enum LabelFileFormat
{
    /// <summary>Comma-separated values as in RFC 4180, UTF-8, with a first line that names the columns.</summary>
    Csv,

    /// <summary>One JSON object a line, UTF-8.</summary>
    JsonLines,

    /// <summary>Apache Parquet.</summary>
    Parquet,
}
