using System.Diagnostics;
using DuckDB.NET.Data;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.SampleStore.AppendLog;
using MtlSplit.IoT.SampleStore.Sampling;

namespace MtlSplit.IoT.SampleStore.Partitions;

/// <summary>Turns records of the log into rows of the <c>staged_</c> tables. What it appended is there once it is disposed.</summary>
/// <param name="connection">The database.</param>
/// <param name="sampling">How frames are drawn for streams; null: all of them are in the uniform one.</param>
internal sealed class RecordStage(DuckDBConnection connection, SamplingPlan? sampling) : IDisposable
{
    private readonly FrameDraw? _draw = sampling is null ? null : new FrameDraw(sampling.Key);
    private readonly DuckDBAppender _features = connection.CreateAppender(SampleTables.Features.Staged);
    private readonly DuckDBAppender _predictions = connection.CreateAppender(SampleTables.Predictions.Staged);
    private readonly DuckDBAppender _labels = connection.CreateAppender(SampleTables.Labels.Staged);

    /// <summary>Appends one record. The recorder let only readable messages into the log.</summary>
    public void Append(LogRecord record)
    {
        if (!DataTopic.TryParse(record.Topic, out var topic))
        {
            throw new SampleStoreException($"The log holds a message of topic '{record.Topic}', which this version does not know.");
        }

        switch (record.Kind)
        {
            case LogRecordKind.Feature when FeatureMessage.TryRead(record.Payload, out var feature, out _):
                var (stream, probability, draw) = Draw(feature.Frame);
                _features.CreateRow()
                    .AppendValue(topic.Fleet).AppendValue(topic.Vehicle).AppendValue(topic.Leaf)
                    .AppendValue(feature.Frame.Session).AppendValue(feature.Frame.Number)
                    .AppendValue(At(feature.CapturedAt)).AppendValue(At(record.ReceivedAt))
                    .AppendValue(feature.Sequence).AppendValue(feature.Late).AppendValue(feature.Encoding)
                    .AppendValue(feature.Tensor.ToArray())
                    .AppendValue(stream).AppendValue(probability).AppendValue(draw)
                    .EndRow();
                break;
            case LogRecordKind.Prediction when PredictionMessage.TryRead(record.Payload, out var prediction, out _):
                _predictions.CreateRow()
                    .AppendValue(topic.Fleet).AppendValue(topic.Vehicle).AppendValue(prediction.Contract.ToString())
                    .AppendValue(prediction.Frame.Session).AppendValue(prediction.Frame.Number)
                    .AppendValue(prediction.Task).AppendValue(prediction.HeadVersion)
                    .AppendValue(At(prediction.CapturedAt)).AppendValue(At(prediction.InferredAt)).AppendValue(At(record.ReceivedAt))
                    .AppendValue(prediction.Class).AppendValue(prediction.Probabilities.ToArray()).AppendValue(prediction.BatchSize)
                    .EndRow();
                break;
            case LogRecordKind.Label when LabelMessage.TryRead(record.Payload, out var label, out _):
                _labels.CreateRow()
                    .AppendValue(topic.Fleet).AppendValue(topic.Vehicle)
                    .AppendValue(label.Frame.Session).AppendValue(label.Frame.Number)
                    .AppendValue(label.Task).AppendValue(label.ClassName).AppendValue(label.Source)
                    .AppendValue(At(label.LabelledAt)).AppendValue(At(record.ReceivedAt))
                    .EndRow();
                break;
            default:
                throw new SampleStoreException($"The log holds a record of topic '{record.Topic}' that this version cannot read.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _features.Dispose();
        _predictions.Dispose();
        _labels.Dispose();
    }

    /// <summary>The stream of a frame and the probability of being in it, as long as the need stream is not thinned out.</summary>
    private (string Stream, double Probability, double Need) Draw(FrameId frame)
    {
        if (_draw is null)
        {
            return (StreamNames.Uniform, 1, 0);
        }

        var (stream, need) = _draw.Of(frame);
        return stream < sampling!.UniformRate ? (StreamNames.Uniform, sampling.UniformRate, need) : (StreamNames.Need, 1 - sampling.UniformRate, need);
    }

    /// <summary>A time of the wire for DuckDB.</summary>
    /// <param name="unixMicroseconds">Checked by the recorder to lie between 1970 and 2200.</param>
    private static DateTime At(long unixMicroseconds)
    {
        Debug.Assert(unixMicroseconds >= 0);
        return DateTime.UnixEpoch.AddMicroseconds(unixMicroseconds);
    }
}
