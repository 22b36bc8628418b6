using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.EdgeRuntime.Reporting;

internal static partial class Log
{
    [LoggerMessage(80, LogLevel.Warning, "Reported properties were not taken ({State}) and are sent again: {Reason}")]
    public static partial void ReportFailed(ILogger logger, string state, string reason);
}
