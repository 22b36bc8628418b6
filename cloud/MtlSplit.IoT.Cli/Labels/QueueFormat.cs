namespace MtlSplit.IoT.Cli.Labels;

/// <summary>How a queue of frames is written.</summary>
internal enum QueueFormat
{
    /// <summary>A table for people.</summary>
    Table,

    /// <summary>What <c>labels import</c> takes back once its class column is filled.</summary>
    Csv,

    /// <summary>JSON.</summary>
    Json,
}
