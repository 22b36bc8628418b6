using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.EdgeRuntime.Agent;

internal static partial class Log
{
    [LoggerMessage(120, LogLevel.Warning, "A call of {Method} cannot be understood: {Reason}")]
    public static partial void CallRefused(ILogger logger, string method, string reason);

    [LoggerMessage(121, LogLevel.Warning, "A call of {Method} failed: {Reason}")]
    public static partial void CallFailed(ILogger logger, string method, string reason);
}
