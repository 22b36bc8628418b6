using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.Hosting.Settings;

internal static partial class Log
{
    [LoggerMessage(11, LogLevel.Error, "A change of the settings file {File} is ignored: {Reason}")]
    public static partial void ChangeIgnored(ILogger logger, string file, string reason);

    [LoggerMessage(12, LogLevel.Error, "A change of the settings is refused, the old ones stay: {Reason}")]
    public static partial void ChangeRefused(ILogger logger, string reason);
}
