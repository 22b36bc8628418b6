using MtlSplit.IoT.HubProtocol.Identities;
using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.HubGateway.Counting;

/// <summary>What the gateway logs. Passwords, tokens and message bodies never are.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 4700, EventName = "GatewayListening", Level = LogLevel.Information, Message = "Gateway listens on {EndPoint} port {Port}, TLS {Tls}")]
    public static partial void Listening(ILogger logger, System.Net.IPAddress endPoint, int port, bool tls);

    [LoggerMessage(EventId = 4701, EventName = "GatewayConnected", Level = LogLevel.Information, Message = "{Identity} connected from {Remote}, session remembered {SessionPresent}")]
    public static partial void Connected(ILogger logger, HubIdentity identity, string remote, bool sessionPresent);

    [LoggerMessage(EventId = 4702, EventName = "GatewayRefused", Level = LogLevel.Warning, Message = "Client '{ClientId}' at {Remote} was refused with code {Refusal}: {Why}")]
    public static partial void Refused(ILogger logger, string clientId, string remote, ConnectRefusal refusal, string why);

    [LoggerMessage(EventId = 4703, EventName = "GatewayDisconnected", Level = LogLevel.Information, Message = "{Identity} at {Remote} is gone ({Kind}): {Reason}")]
    public static partial void Disconnected(ILogger logger, HubIdentity identity, string remote, Arriving.EndKind kind, string reason);

    [LoggerMessage(EventId = 4704, EventName = "GatewayNeverConnected", Level = LogLevel.Debug, Message = "Connection from {Remote} came to nothing: {Why}")]
    public static partial void NeverConnected(ILogger logger, string remote, string why);

    [LoggerMessage(EventId = 4705, EventName = "GatewayFull", Level = LogLevel.Warning, Message = "Connection from {Remote} closed: there are as many as there may be, {Limit}")]
    public static partial void Full(ILogger logger, string remote, int limit);

    [LoggerMessage(EventId = 4706, EventName = "GatewayAcceptFailed", Level = LogLevel.Warning, Message = "Gateway could not accept a connection")]
    public static partial void AcceptFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 4707, EventName = "GatewayFilterRefused", Level = LogLevel.Warning, Message = "{Identity} may not subscribe '{Filter}': {Why}")]
    public static partial void FilterRefused(ILogger logger, HubIdentity identity, string filter, string why);

    [LoggerMessage(EventId = 4708, EventName = "GatewayAuthenticationFailed", Level = LogLevel.Error, Message = "The hub failed to decide about {Identity} at {Remote}")]
    public static partial void AuthenticationFailed(ILogger logger, Exception exception, HubIdentity identity, string remote);

    [LoggerMessage(EventId = 4709, EventName = "GatewayBackendFailed", Level = LogLevel.Error, Message = "The hub failed for {Identity} in {Operation}, tracking id {TrackingId}")]
    public static partial void BackendFailed(ILogger logger, Exception exception, HubIdentity identity, string operation, string trackingId);

    [LoggerMessage(EventId = 4710, EventName = "GatewayTwinRefused", Message = "Twin request of {Identity} answered with {Status}: {Why}, tracking id {TrackingId}")]
    public static partial void TwinRefused(ILogger logger, LogLevel level, HubIdentity identity, int status, string why, string trackingId);

    [LoggerMessage(EventId = 4711, EventName = "GatewayInputRepeated", Level = LogLevel.Warning, Message = "{Identity} has not acknowledged a message for input '{Input}' in attempt {Attempt} of {Attempts}")]
    public static partial void InputUnacknowledged(ILogger logger, HubIdentity identity, string input, int attempt, int attempts);

    [LoggerMessage(EventId = 4712, EventName = "GatewayBug", Level = LogLevel.Error, Message = "Gateway failed while it served {Remote}")]
    public static partial void Bug(ILogger logger, Exception exception, string remote);
}
