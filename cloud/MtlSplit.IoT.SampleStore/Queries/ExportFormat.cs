namespace MtlSplit.IoT.SampleStore.Queries;

/// <summary>How exported rows are written.</summary>
public enum ExportFormat
{
    /// <summary>Apache Parquet, types as they are.</summary>
    Parquet,

    /// <summary>One JSON object a line; bytes as hex digits with <c>\x</c> before each two.</summary>
    JsonLines,
}
