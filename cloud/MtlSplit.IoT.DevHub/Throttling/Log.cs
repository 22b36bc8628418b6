namespace MtlSplit.IoT.DevHub.Throttling;

internal static partial class Log
{
    [LoggerMessage(40, LogLevel.Warning, "{Operation} are above the limit of {PerSecond:0.##} a second; for {Quiet} no more is said about that.")]
    public static partial void Throttled(ILogger logger, ThrottledOperation operation, double perSecond, TimeSpan quiet);
}
