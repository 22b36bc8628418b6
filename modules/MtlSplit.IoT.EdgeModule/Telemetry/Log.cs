using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.EdgeModule.Telemetry;

/// <summary>What a module client logs; the connection logs for itself.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Passed over what came on {Topic}: {Reason}")]
    public static partial void NotUnderstood(ILogger logger, string topic, string reason);

    [LoggerMessage(2, LogLevel.Error, "The hub no longer accepts the subscription to {Filter}; asking again in {Pause}.")]
    public static partial void SubscriptionLost(ILogger logger, string filter, TimeSpan pause, Exception error);

    [LoggerMessage(3, LogLevel.Warning, "The twin of {Module} cannot be had; next attempt in {Pause}: {Reason}")]
    public static partial void TwinMissing(ILogger logger, string module, TimeSpan pause, string reason);

    [LoggerMessage(4, LogLevel.Warning, "The hub's twin of {Module} has desired version {Version}, older than {Known}, which is known; it is passed over until it is newer. Restart the module if its twin was made anew.")]
    public static partial void TwinOlder(ILogger logger, string module, long version, long known);

    [LoggerMessage(5, LogLevel.Error, "The handler of the desired properties threw at version {Version}; the change counts as handled.")]
    public static partial void DesiredHandlerFailed(ILogger logger, long version, Exception error);

    [LoggerMessage(6, LogLevel.Warning, "The handler of method {Method} threw; the caller is told.")]
    public static partial void MethodHandlerFailed(ILogger logger, string method, Exception error);

    [LoggerMessage(7, LogLevel.Warning, "A call of method {Method} could not be answered: {Reason}")]
    public static partial void MethodNotAnswered(ILogger logger, string method, string reason);

    [LoggerMessage(8, LogLevel.Warning, "The handler of input {Input} threw.")]
    public static partial void InputHandlerFailed(ILogger logger, string input, Exception error);

    [LoggerMessage(9, LogLevel.Warning, "Dropped a message of input {Input}, which has no handler.")]
    public static partial void InputUnhandled(ILogger logger, string input);

    [LoggerMessage(10, LogLevel.Warning, "The handler of input {Input} rejected message {MessageId}; it is dropped.")]
    public static partial void InputRejected(ILogger logger, string input, string? messageId);

    [LoggerMessage(11, LogLevel.Error, "Dropped message {MessageId} of input {Input} after {Attempts} attempts.")]
    public static partial void InputGivenUp(ILogger logger, string input, string? messageId, int attempts);

    [LoggerMessage(12, LogLevel.Error, "A listener to the module's state threw.")]
    public static partial void ListenerFailed(ILogger logger, Exception error);
}
