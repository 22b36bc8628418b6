using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Backbone.Telemetry;

/// <summary>What this process logs.</summary>
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
}
