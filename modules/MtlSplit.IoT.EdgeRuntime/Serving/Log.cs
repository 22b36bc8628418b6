using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.EdgeRuntime.Serving;

internal static partial class Log
{
    [LoggerMessage(20, LogLevel.Warning, "A local client could not be let in: {Reason}")]
    public static partial void AcceptFailed(ILogger logger, string reason);

    [LoggerMessage(21, LogLevel.Error, "A local client's connection failed.")]
    public static partial void ConnectionFailed(ILogger logger, Exception error);

    [LoggerMessage(22, LogLevel.Error, "{Method} /{Path} failed.")]
    public static partial void RequestFailed(ILogger logger, string method, string path, Exception error);
}
