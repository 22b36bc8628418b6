using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.Messaging.Telemetry;

/// <summary>What the bus client logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Connected to {Host}:{Port} as {ClientId}; session kept: {SessionPresent}; {Again} publishes are sent again.")]
    public static partial void Connected(ILogger logger, string host, int port, string clientId, bool sessionPresent, int again);

    [LoggerMessage(2, LogLevel.Warning, "Lost the connection to {Host}:{Port}: {Reason}")]
    public static partial void Lost(ILogger logger, string host, int port, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Attempt {Attempt} to connect to {Host}:{Port} failed; next in {Delay}: {Reason}")]
    public static partial void ConnectFailed(ILogger logger, int attempt, string host, int port, TimeSpan delay, string? reason);

    [LoggerMessage(4, LogLevel.Error, "The broker no longer accepts the subscription to {Filter}: {Reason}")]
    public static partial void SubscriptionRefused(ILogger logger, string filter, string reason);

    [LoggerMessage(5, LogLevel.Warning, "Dropped {Count} messages on {Topic} and others, since nothing here subscribes to them; the broker's session still does.")]
    public static partial void Unrouted(ILogger logger, int count, string topic);

    [LoggerMessage(6, LogLevel.Warning, "Dropped {Count} unread messages of {Filter} from sessions that the broker has lost.")]
    public static partial void OrphansDropped(ILogger logger, int count, string filter);

    [LoggerMessage(7, LogLevel.Debug, "The broker answered publish {PacketId}, which does not wait for an answer.")]
    public static partial void UnexpectedAnswer(ILogger logger, ushort packetId);

    [LoggerMessage(8, LogLevel.Error, "A listener to the connection's state threw.")]
    public static partial void ListenerFailed(ILogger logger, Exception error);

    [LoggerMessage(9, LogLevel.Error, "The bus connection's own loop failed; it goes on.")]
    public static partial void LoopFailed(ILogger logger, Exception error);

    [LoggerMessage(10, LogLevel.Information, "The credentials of {ClientId} run out; connecting to {Host}:{Port} with new ones.")]
    public static partial void Renewing(ILogger logger, string host, int port, string clientId);

    [LoggerMessage(11, LogLevel.Warning, "New credentials of {ClientId} for {Host}:{Port} cannot be had; next attempt in {Pause}: {Reason}")]
    public static partial void RenewalFailed(ILogger logger, string clientId, string host, int port, TimeSpan pause, string reason);
}
