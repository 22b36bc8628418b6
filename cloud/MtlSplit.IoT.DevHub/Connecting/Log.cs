
namespace MtlSplit.IoT.DevHub.Connecting;

internal static partial class Log
{
    [LoggerMessage(30, LogLevel.Warning, "{Client} at {Remote} was refused: {Fault}.")]
    public static partial void Refused(ILogger logger, string client, string remote, string fault);
}
