
namespace MtlSplit.IoT.DevHub.Certificates;

internal static partial class Log
{
    [LoggerMessage(10, LogLevel.Information, "The server certificate was renewed; the new one is valid until {Until:u}.")]
    public static partial void Renewed(ILogger logger, DateTime until);
}
