using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Backbone.Updating.Installing;

namespace MtlSplit.IoT.Backbone.Updating;

/// <summary>What updating logs.</summary>
internal static partial class Log
{
    [LoggerMessage(160, LogLevel.Error, "{File} is damaged ({Reason}); what it said is made again from the bundles that are there.")]
    public static partial void StateDamaged(ILogger logger, string file, string reason);

    [LoggerMessage(161, LogLevel.Error, "The active bundle {Digest} is damaged on disk; {Next} takes its place.")]
    public static partial void ActiveDamaged(ILogger logger, string digest, string next);

    [LoggerMessage(162, LogLevel.Warning, "A bundle of the store does not open: {Reason}.")]
    public static partial void BundleDamaged(ILogger logger, string reason);

    [LoggerMessage(163, LogLevel.Information, "Update to {Digest}: {Step}.")]
    public static partial void Began(ILogger logger, string digest, InstallStep step);

    [LoggerMessage(164, LogLevel.Warning, "Bundle {Digest} is refused, {Code}: {Reason}. Refused {Count} times; tried again {Retry}.")]
    public static partial void Refused(ILogger logger, string digest, string code, string reason, int count, string retry);

    [LoggerMessage(165, LogLevel.Information, "Bundle {Digest} runs, provisionally; {Previous} is kept.")]
    public static partial void Activated(ILogger logger, string digest, string previous);

    [LoggerMessage(166, LogLevel.Information, "Bundle {Digest} is proven; nothing below release {HighWater} is installed any more.")]
    public static partial void Proven(ILogger logger, string digest, long highWater);

    [LoggerMessage(167, LogLevel.Warning, "Bundle {Digest} is taken back, {Code}: {Reason}. {Active} runs.")]
    public static partial void RolledBack(ILogger logger, string digest, string code, string reason, string active);

    [LoggerMessage(168, LogLevel.Warning, "The download from {Source} broke off after {Bytes} bytes ({Reason}); it goes on in {Pause}.")]
    public static partial void DownloadBroke(ILogger logger, string source, long bytes, string reason, TimeSpan pause);

    [LoggerMessage(169, LogLevel.Information, "The vehicle's own bundle {Digest} is taken into the store.")]
    public static partial void Adopted(ILogger logger, string digest);

    [LoggerMessage(170, LogLevel.Information, "Bundle {Digest}, which was kept, runs again.")]
    public static partial void Returned(ILogger logger, string digest);

    [LoggerMessage(171, LogLevel.Warning, "What was fetched of {Digest} in several goes is no good ({Reason}); it is fetched again from the start.")]
    public static partial void FetchedAnew(ILogger logger, string digest, string reason);

    [LoggerMessage(172, LogLevel.Error, "The state of the bundles could not be written: {Reason}")]
    public static partial void StateUnsaved(ILogger logger, string reason);
}
