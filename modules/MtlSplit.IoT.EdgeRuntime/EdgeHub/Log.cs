using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub;

internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "edgeHub listens on {Address}: MQTT on {MqttPort}, HTTPS on {HttpsPort}.")]
    public static partial void Listens(ILogger logger, string address, int mqttPort, int httpsPort);

    [LoggerMessage(101, LogLevel.Warning, "{File} cannot be read and is passed over: {Reason}")]
    public static partial void TwinUnreadable(ILogger logger, string file, string reason);

    [LoggerMessage(102, LogLevel.Information, "Routes of version {Version} are in force: {Routes}.")]
    public static partial void RoutesTaken(ILogger logger, long version, int routes);

    [LoggerMessage(103, LogLevel.Error, "Routes of version {Version} cannot be used; those before stay: {Reason}")]
    public static partial void RoutesRefused(ILogger logger, long version, string reason);

    [LoggerMessage(104, LogLevel.Warning, "The hub refuses a change of reported properties of {Module}, which is dropped: {Reason}")]
    public static partial void PatchRefused(ILogger logger, string module, string reason);

    [LoggerMessage(105, LogLevel.Warning, "{Module} has no connection to the hub: {Reason}")]
    public static partial void UpstreamAway(ILogger logger, string module, string reason);

    [LoggerMessage(106, LogLevel.Error, "Messages for {Endpoint} could not be carried on and are tried again.")]
    public static partial void PumpFailed(ILogger logger, string endpoint, Exception error);

    [LoggerMessage(107, LogLevel.Warning, "A message of {Module} for {Endpoint} is dropped: {Reason}")]
    public static partial void MessageDropped(ILogger logger, string module, string endpoint, string reason);
}
