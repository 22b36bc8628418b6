using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.SampleStore.AppendLog;

namespace MtlSplit.IoT.SampleStore.Recording;

/// <summary>Decides what of the bus may enter the log: only what every later reader can read.</summary>
/// <param name="fleet">The fleet that is recorded.</param>
internal sealed class SampleIntake(string fleet)
{
    /// <summary>2200-01-01, Unix microseconds.</summary>
    private const long LatestTime = 7_258_118_400_000_000;

    /// <summary>Reads a delivery. Never throws.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="receivedAt">Unix microseconds.</param>
    /// <param name="record">The record for the log, where the result is <see cref="BadSample.None"/>.</param>
    /// <param name="detail">Where it is not: what exactly is wrong.</param>
    public BadSample Read(BusDelivery delivery, long receivedAt, out LogRecord record, out string detail)
    {
        record = default;
        detail = "";
        if (!DataTopic.TryParse(delivery.Topic, out var topic) || topic.Fleet != fleet)
        {
            return BadSample.UnknownTopic;
        }

        var (kind, bad) = topic.Kind switch
        {
            DataTopicKind.Feature => (LogRecordKind.Feature, CheckFeature(topic, delivery.Payload, out detail)),
            DataTopicKind.Prediction => (LogRecordKind.Prediction, CheckPrediction(topic, delivery.Payload, out detail)),
            DataTopicKind.Label => (LogRecordKind.Label, CheckLabel(topic, delivery.Payload, out detail)),
            _ => (LogRecordKind.None, BadSample.UnknownTopic),
        };
        if (bad != BadSample.None)
        {
            return bad;
        }

        record = new LogRecord(kind, receivedAt, delivery.Topic, delivery.Payload);
        return LogFormat.SizeOf(record) > LogFormat.MaxBodyLength ? BadSample.TooLarge : BadSample.None;
    }

    private static BadSample CheckFeature(in DataTopic topic, ReadOnlyMemory<byte> payload, out string detail)
    {
        detail = "";
        if (!ContractId.TryParse(topic.Leaf, out _))
        {
            return BadSample.UnknownTopic;
        }

        if (!FeatureMessage.TryRead(payload, out var message, out var fault))
        {
            detail = fault.ToString();
            return BadSample.Unreadable;
        }

        return CheckTimes(message.CapturedAt);
    }

    private static BadSample CheckPrediction(in DataTopic topic, ReadOnlyMemory<byte> payload, out string detail)
    {
        detail = "";
        if (!PredictionMessage.TryRead(payload, out var message, out var fault))
        {
            detail = fault.ToString();
            return BadSample.Unreadable;
        }

        return message.Task == topic.Leaf ? CheckTimes(message.CapturedAt, message.InferredAt) : BadSample.TopicMismatch;
    }

    private static BadSample CheckLabel(in DataTopic topic, ReadOnlyMemory<byte> payload, out string detail)
    {
        detail = "";
        if (!LabelMessage.TryRead(payload, out var message, out var fault))
        {
            detail = fault.ToString();
            return BadSample.Unreadable;
        }

        return message.Task == topic.Leaf ? CheckTimes(message.LabelledAt) : BadSample.TopicMismatch;
    }

    private static BadSample CheckTimes(params ReadOnlySpan<long> unixMicroseconds) =>
        unixMicroseconds.ContainsAnyExceptInRange(0, LatestTime) ? BadSample.TimeOutOfRange : BadSample.None;
}
