using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Backbone.Updating.Installing;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Backbone;

/// <summary>
/// What this process logs. One class for all: the compiler's generator writes several in another order each time, and the same sources would give another program.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Information, "Vehicle {Vehicle} of fleet {Fleet} runs bundle {Bundle}, contract {Contract}, encoding {Encoding}; {Golden} golden frames agree, the worst by {Worst:G2} of its range.")]
    public static partial void Ready(ILogger logger, string vehicle, string fleet, string bundle, string contract, string encoding, int golden, double worst);

    [LoggerMessage(102, LogLevel.Warning, "Skipped {File}: {Reason}.")]
    public static partial void ImageSkipped(ILogger logger, string file, string reason);

    [LoggerMessage(103, LogLevel.Information, "The light is now {Light}.")]
    public static partial void LightChanged(ILogger logger, Light light);

    [LoggerMessage(104, LogLevel.Warning, "Nobody subscribes to this vehicle's features; they are kept and offered again.")]
    public static partial void NoSubscriber(ILogger logger);

    [LoggerMessage(105, LogLevel.Information, "Somebody subscribes to this vehicle's features again.")]
    public static partial void SubscriberBack(ILogger logger);

    [LoggerMessage(106, LogLevel.Warning, "{Lost} features were given up, frame {Frame}: {Reason} ({Count} so far).")]
    public static partial void FeaturesGivenUp(ILogger logger, long lost, string frame, string reason, long count);

    [LoggerMessage(107, LogLevel.Error, "The descriptor of the contract was not published: {Result}. It is tried again; no feature goes before it.")]
    public static partial void DescriptorRefused(ILogger logger, PublishResult result);

    [LoggerMessage(108, LogLevel.Warning, "The status was not published: {Result}.")]
    public static partial void StatusRefused(ILogger logger, PublishResult result);

    [LoggerMessage(109, LogLevel.Warning, "Predictions are not read back: {Reason}")]
    public static partial void PredictionsRefused(ILogger logger, string reason);

    [LoggerMessage(110, LogLevel.Warning, "Ignored {Bytes} bytes on {Topic}, which are no prediction: {Reason}.")]
    public static partial void NotAPrediction(ILogger logger, int bytes, string topic, string reason);

    [LoggerMessage(111, LogLevel.Information, "Stopped after {Captured} frames: {Dropped} dropped, {Delivered} features delivered, {GivenUp} given up.")]
    public static partial void Stopped(ILogger logger, long captured, long dropped, long delivered, long givenUp);

    [LoggerMessage(112, LogLevel.Information, "Kept {Count} features that were not delivered; they go out after the next start.")]
    public static partial void FeaturesKept(ILogger logger, int count);

    [LoggerMessage(113, LogLevel.Information, "The outbox {Folder} holds {Features} features of earlier runs, {Bytes} bytes.")]
    public static partial void OutboxOpened(ILogger logger, string folder, long features, long bytes);

    [LoggerMessage(114, LogLevel.Warning, "The outbox {Folder} was damaged: {Damage}; {Lost} features are lost for certain.")]
    public static partial void OutboxDamaged(ILogger logger, string folder, string damage, long lost);

    [LoggerMessage(115, LogLevel.Warning, "Notices of quarantine are not heard: {Reason}")]
    public static partial void NoticesRefused(ILogger logger, string reason);

    [LoggerMessage(116, LogLevel.Warning, "Ignored {Bytes} bytes on {Topic}, which are no notice of quarantine: {Reason}.")]
    public static partial void NotANotice(ILogger logger, int bytes, string topic, string reason);

    [LoggerMessage(117, LogLevel.Warning, "{Features} features of contract {Contract} went into the quarantine of {Task}: {Reason}, frame {Frame}.")]
    public static partial void Quarantined(ILogger logger, int features, string task, string contract, string reason, string frame);

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
