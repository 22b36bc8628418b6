using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.Hosting.Running;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Critical, "{Reason}")]
    public static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Critical, "The process failed.")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Critical, "The process did not stop within Process:StopDeadline, {Deadline}.")]
    public static partial void StopTooSlow(ILogger logger, TimeSpan deadline);
}
