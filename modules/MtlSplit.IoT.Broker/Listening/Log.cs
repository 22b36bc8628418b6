using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.Broker.Listening;

/// <summary>What the broker logs.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 4100, EventName = "BrokerListening", Level = LogLevel.Information, Message = "Broker listens on {Address}:{Port}, TLS {Tls}")]
    public static partial void Listening(ILogger logger, System.Net.IPAddress address, int port, bool tls);

    [LoggerMessage(EventId = 4101, EventName = "BrokerClientRefused", Level = LogLevel.Warning, Message = "Broker refused {Remote}: wrong or missing credentials of user '{User}'")]
    public static partial void Refused(ILogger logger, string remote, string user);

    [LoggerMessage(EventId = 4102, EventName = "BrokerClosing", Level = LogLevel.Warning, Message = "Broker closes {Remote} with reason 0x{Reason:X2}: {Why}")]
    public static partial void Closing(ILogger logger, string remote, byte reason, string why);

    [LoggerMessage(EventId = 4103, EventName = "BrokerConnectionFailed", Level = LogLevel.Debug, Message = "Broker's connection with {Remote} failed")]
    public static partial void ConnectionFailed(ILogger logger, Exception exception, string remote);

    [LoggerMessage(EventId = 4104, EventName = "BrokerFull", Level = LogLevel.Warning, Message = "Broker closed {Remote}: it has as many connections as it may")]
    public static partial void Full(ILogger logger, string remote);

    [LoggerMessage(EventId = 4105, EventName = "BrokerAcceptFailed", Level = LogLevel.Warning, Message = "Broker could not accept a connection")]
    public static partial void AcceptFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 4106, EventName = "BrokerBug", Level = LogLevel.Error, Message = "Broker failed while it served {Remote}")]
    public static partial void Bug(ILogger logger, Exception exception, string remote);
}
