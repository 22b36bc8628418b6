using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.Cli.LabelServing;

internal static partial class Log
{
    [LoggerMessage(5201, LogLevel.Information, "Labels are taken at {Address}/labels.")]
    public static partial void Listening(ILogger logger, string address);

    [LoggerMessage(5202, LogLevel.Information, "Labels of '{Source}': {Rows} rows, {Imported} imported, {Repeated} repeated, {Refused} refused.")]
    public static partial void Imported(ILogger logger, string source, long rows, long imported, long repeated, long refused);

    [LoggerMessage(5203, LogLevel.Error, "Labels of '{Source}' could not be imported; nothing of the request is in the store.")]
    public static partial void Failed(ILogger logger, string source, Exception cause);
}
