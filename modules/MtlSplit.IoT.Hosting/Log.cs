using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.Hosting;

/// <summary>
/// What every process logs. One class for all: the compiler's generator writes several in another order each time, and the same sources would give another program.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Critical, "{Reason}")]
    public static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Critical, "The process failed.")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Critical, "The process did not stop within Process:StopDeadline, {Deadline}.")]
    public static partial void StopTooSlow(ILogger logger, TimeSpan deadline);

    [LoggerMessage(11, LogLevel.Error, "A change of the settings file {File} is ignored: {Reason}")]
    public static partial void ChangeIgnored(ILogger logger, string file, string reason);

    [LoggerMessage(12, LogLevel.Error, "A change of the settings is refused, the old ones stay: {Reason}")]
    public static partial void ChangeRefused(ILogger logger, string reason);
}
