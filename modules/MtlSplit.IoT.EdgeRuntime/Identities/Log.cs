using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.EdgeRuntime.Identities;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "The hub has an identity for module {Module} now.")]
    public static partial void IdentityMade(ILogger logger, string module);

    [LoggerMessage(2, LogLevel.Information, "The identity of module {Module} was deleted: no deployment needs it.")]
    public static partial void IdentityDeleted(ILogger logger, string module);

    [LoggerMessage(3, LogLevel.Warning, "{File} cannot be read and is passed over; the hub is asked again: {Reason}")]
    public static partial void IdentitiesUnreadable(ILogger logger, string file, string reason);
}
