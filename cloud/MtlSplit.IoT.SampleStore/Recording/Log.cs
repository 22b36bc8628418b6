using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.SampleStore.Recording;

internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Information, "Recording fleet '{Fleet}' into {Folder}.")]
    public static partial void Started(ILogger logger, string fleet, string folder);

    [LoggerMessage(3002, LogLevel.Information, "Stopped after {Messages} messages in {Commits} commits; {Refused} were kept out.")]
    public static partial void Stopped(ILogger logger, long messages, long commits, long refused);

    [LoggerMessage(3003, LogLevel.Warning, "Kept out a message of {Bytes} bytes on '{Topic}': {Reason} {Detail}")]
    public static partial void Refused(ILogger logger, int bytes, string topic, BadSample reason, string detail);

    [LoggerMessage(3004, LogLevel.Error, "A group of {Messages} messages could not be written; none is acknowledged, the next try follows.")]
    public static partial void CommitFailed(ILogger logger, int messages, Exception cause);

    [LoggerMessage(3005, LogLevel.Error, "The log could not be turned into Parquet; it stays, the next time takes it.")]
    public static partial void CompactionFailed(ILogger logger, Exception cause);

    [LoggerMessage(3006, LogLevel.Warning, "{Bytes} bytes of the log belonged to no whole record.")]
    public static partial void BytesSkipped(ILogger logger, long bytes);

    [LoggerMessage(3007, LogLevel.Warning, "{Rows} rows of the oldest days were given up to stay below the store's bound.")]
    public static partial void RowsEvicted(ILogger logger, long rows);

    [LoggerMessage(3008, LogLevel.Warning, "The log has reached its bound of {Bytes} bytes; nothing is acknowledged until it has become Parquet.")]
    public static partial void LogFull(ILogger logger, long bytes);

    [LoggerMessage(3009, LogLevel.Error, "{Messages} messages that cannot be recorded do not go into the quarantine in {Folder}; none of them is acknowledged, the next try follows.")]
    public static partial void QuarantineFailed(ILogger logger, int messages, string folder, Exception cause);

    [LoggerMessage(3010, LogLevel.Error, "{Files} Parquet files were not what was written; their {Rows} rows are out of the store, the files are in {Folder}.")]
    public static partial void FilesDamaged(ILogger logger, long files, long rows, string folder);

    [LoggerMessage(3011, LogLevel.Information, "{Rows} rows were given up because of their age.")]
    public static partial void RowsExpired(ILogger logger, long rows);
}
