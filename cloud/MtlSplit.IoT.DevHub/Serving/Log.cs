namespace MtlSplit.IoT.DevHub.Serving;

internal static partial class Log
{
    [LoggerMessage(20, LogLevel.Error, "{Method} {Path} failed.")]
    public static partial void Failed(ILogger logger, string method, string path, Exception exception);
}
