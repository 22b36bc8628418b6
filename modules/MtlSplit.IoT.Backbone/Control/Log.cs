using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.Backbone.Control;

/// <summary>What control logs.</summary>
internal static partial class Log
{
    [LoggerMessage(180, LogLevel.Information, "Bundle {Digest} of contract {Contract} runs; it is {Standing}.")]
    public static partial void Runs(ILogger logger, string digest, string contract, string standing);

    [LoggerMessage(181, LogLevel.Warning, "The vehicle has no bundle yet; it waits for its twin to name one.")]
    public static partial void NoBundle(ILogger logger);

    [LoggerMessage(182, LogLevel.Error, "The hub does not let this module in: {Reason}")]
    public static partial void NotLetIn(ILogger logger, string reason);

    [LoggerMessage(183, LogLevel.Error, "The desired properties, version {Version}, cannot be used as they are: {Reason}.")]
    public static partial void DesiredUnusable(ILogger logger, long version, string reason);

    [LoggerMessage(184, LogLevel.Warning, "The twin says now: fleet {Fleet}, vehicle {Vehicle}, broker {Broker}. The process ends, to start anew with that.")]
    public static partial void Reassigned(ILogger logger, string fleet, string vehicle, string broker);

    [LoggerMessage(185, LogLevel.Information, "This machine has no authorities of its own ({Reason}); only the edge device's counts.")]
    public static partial void NoAuthorities(ILogger logger, string reason);

    [LoggerMessage(186, LogLevel.Error, "The reported properties did not reach the hub: {Reason}")]
    public static partial void NotReported(ILogger logger, string reason);
}
