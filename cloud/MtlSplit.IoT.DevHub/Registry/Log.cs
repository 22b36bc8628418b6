namespace MtlSplit.IoT.DevHub.Registry;

internal static partial class Log
{
    [LoggerMessage(40, LogLevel.Warning, "{Fault}")]
    public static partial void NotInForce(ILogger logger, string fault);
}
