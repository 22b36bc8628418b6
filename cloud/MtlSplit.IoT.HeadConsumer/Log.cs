using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.HeadConsumer;

internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "Answering {Task} of fleet {Fleet} as {Consumer}.")]
    public static partial void Started(ILogger logger, string task, string fleet, string consumer);

    [LoggerMessage(101, LogLevel.Information, "Head {Version} for contract {Contract} is warm.")]
    public static partial void HeadWarm(ILogger logger, string version, string contract);

    [LoggerMessage(102, LogLevel.Information, "Head {Version} replaced {Previous} for contract {Contract}.")]
    public static partial void HeadSwapped(ILogger logger, string version, string previous, string contract);

    [LoggerMessage(103, LogLevel.Error, "A head for contract {Contract} could not be loaded; {Kept} stays in use.")]
    public static partial void HeadRefused(ILogger logger, string contract, string kept, Exception exception);

    [LoggerMessage(104, LogLevel.Information, "Head {Version} for contract {Contract} was idle and is unloaded.")]
    public static partial void HeadRetired(ILogger logger, string version, string contract);

    [LoggerMessage(105, LogLevel.Warning, "Quarantined a message on {Topic}: {Reason}: {Detail}.")]
    public static partial void Quarantined(ILogger logger, string topic, string reason, string detail);

    [LoggerMessage(106, LogLevel.Error, "The quarantine at {Folder} does not take a message; it stays unacknowledged and is tried again.")]
    public static partial void QuarantineFailed(ILogger logger, string folder, Exception exception);

    [LoggerMessage(107, LogLevel.Warning, "The descriptor on {Topic} was refused: {Reason}")]
    public static partial void DescriptorRefused(ILogger logger, string topic, string reason);

    [LoggerMessage(108, LogLevel.Warning, "Stopping without an answer from the broker to {InFlight} predictions; it keeps their features for the next start.")]
    public static partial void DrainCutShort(ILogger logger, int inFlight);

    [LoggerMessage(109, LogLevel.Information, "Stopped; {Answered} predictions, {Repeats} repeats, {Quarantined} in quarantine.")]
    public static partial void Stopped(ILogger logger, long answered, long repeats, long quarantined);

    [LoggerMessage(110, LogLevel.Warning, "Bundle refused: {Reason}")]
    public static partial void BundleRefused(ILogger logger, string reason);

    [LoggerMessage(111, LogLevel.Warning, "No bundle below {Models} has a head for {Task}; until one is published in the data folder, every feature goes to quarantine.")]
    public static partial void NoHeadYet(ILogger logger, string models, string task);

    [LoggerMessage(112, LogLevel.Warning, "The broker refuses the notice on {Topic}; the vehicle does not hear that its features are in quarantine: {Reason}")]
    public static partial void NoticeRefused(ILogger logger, string topic, string reason);
}
