using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Cli.Labels;

internal static partial class Log
{
    [LoggerMessage(5101, LogLevel.Information, "Published {Labels} labels for {Frames} frames; {Unreadable} messages could not be read.")]
    public static partial void Stopped(ILogger logger, long labels, long frames, long unreadable);

    [LoggerMessage(5102, LogLevel.Warning, "A message of {Bytes} bytes on '{Topic}' is no feature; it gets no label.")]
    public static partial void Unreadable(ILogger logger, string topic, int bytes);

    [LoggerMessage(5103, LogLevel.Warning, "A label on '{Topic}' was not published: {Result}")]
    public static partial void NotPublished(ILogger logger, string topic, PublishResult result);
}
