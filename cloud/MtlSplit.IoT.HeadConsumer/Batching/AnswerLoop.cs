using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.HeadConsumer.Heads;
using MtlSplit.IoT.HeadConsumer.Intake;
using MtlSplit.IoT.HeadConsumer.Publishing;
using MtlSplit.IoT.HeadConsumer.Status;
using MtlSplit.IoT.Inference.Encoding;

namespace MtlSplit.IoT.HeadConsumer.Batching;

/// <summary>
/// Batches → head → predictions, on one loop. Features of one contract are answered in the order in which they came; those
/// whose head is not here yet are held, then quarantined.
/// </summary>
internal sealed class AnswerLoop(
    string task,
    BatchReader batches,
    int maxBatch,
    HeldFeatures held,
    HeadShelf shelf,
    FeatureQuarantine quarantine,
    RepeatWindow window,
    PredictionPublisher publisher,
    HeadConsumerMetrics metrics,
    TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly List<PendingFeature> _readable = new(maxBatch);
    private readonly List<PredictionMessage> _answers = new(maxBatch);

    /// <summary>Runs until the queue has ended and everything readable in it is answered.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (await batches.ReadAsync(Patience) is { } batch)
        {
            quarantine.Retry();
            await RecheckHeldAsync(ct);
            foreach (var contract in ContractsOf(batch))
            {
                if (!held.Holds(contract) && shelf.Find(contract) is { } head)
                {
                    await AnswerAsync(head, [.. batch.Where(f => f.Contract == contract)], ct);
                    continue;
                }

                foreach (var feature in batch.Where(f => f.Contract == contract))
                {
                    held.Add(feature);
                }
            }
        }

        // What is still held stays unacknowledged: the broker gives it to whoever comes next.
        foreach (var feature in held.Clear())
        {
            window.Forget(feature.Key);
        }
    }

    private static IEnumerable<ContractId> ContractsOf(IReadOnlyList<PendingFeature> batch) =>
        batch.Count == 0 ? [] : batch.Count == 1 || batch.All(f => f.Contract == batch[0].Contract) ? [batch[0].Contract] : [.. batch.Select(f => f.Contract).Distinct()];

    private async Task RecheckHeldAsync(CancellationToken ct)
    {
        if (held.Count == 0)
        {
            return;
        }

        foreach (var contract in held.Contracts.ToArray())
        {
            if (shelf.Find(contract) is { } head)
            {
                foreach (var chunk in held.Release(contract).Chunk(maxBatch))
                {
                    await AnswerAsync(head, chunk, ct);
                }
            }
        }

        foreach (var feature in held.Expire())
        {
            var (reason, detail) = shelf.Explain(feature.Contract);
            quarantine.Take(feature, reason, detail);
        }
    }

    private async Task AnswerAsync(ContractHead head, IReadOnlyList<PendingFeature> features, CancellationToken ct)
    {
        Infer(head, features);
        for (var i = 0; i < _readable.Count; i++)
        {
            await publisher.PublishAsync(_readable[i], _answers[i], ct);
        }
    }

    /// <summary>Decodes into the head's own buffer, runs it once, and copies the probabilities out. The lease ends here.</summary>
    private void Infer(ContractHead head, IReadOnlyList<PendingFeature> features)
    {
        _readable.Clear();
        _answers.Clear();
        using var lease = head.Slot.Acquire();
        var session = lease.Value.Session;
        var started = time.GetTimestamp();
        foreach (var feature in features)
        {
            var fault = head.Decoder.TryDecode(feature.Message.Encoding, feature.Message.Tensor.Span, session.FeatureAt(_readable.Count));
            if (fault == DecodeFault.None)
            {
                metrics.Queued(time.GetElapsedTime(feature.ReceivedTimestamp, started));
                _readable.Add(feature);
            }
            else
            {
                quarantine.Take(feature, ReasonOf(fault), $"encoding {feature.Message.Encoding}, {feature.Message.Tensor.Length} bytes: {fault}");
            }
        }

        if (_readable.Count == 0)
        {
            return;
        }

        var decoded = time.GetTimestamp();
        session.Run(_readable.Count);
        var inferred = time.GetTimestamp();
        metrics.Ran(_readable.Count, time.GetElapsedTime(started, decoded), time.GetElapsedTime(decoded, inferred));
        var at = UnixTime.Microseconds(time);
        for (var row = 0; row < _readable.Count; row++)
        {
            var probabilities = session.ProbabilitiesAt(row).ToArray();
            var feature = _readable[row];
            _answers.Add(new PredictionMessage(
                feature.Message.Frame,
                feature.Contract,
                task,
                lease.Value.Release.Version,
                feature.Message.CapturedAt,
                feature.ReceivedAt,
                at,
                IndexOfMost(probabilities),
                probabilities,
                feature.Message.Sequence,
                _readable.Count));
        }
    }

    private static int IndexOfMost(ReadOnlySpan<float> probabilities)
    {
        var best = 0;
        for (var i = 1; i < probabilities.Length; i++)
        {
            best = probabilities[i] > probabilities[best] ? i : best;
        }

        return best;
    }

    private static string ReasonOf(DecodeFault fault) => fault switch
    {
        DecodeFault.UnknownEncoding => QuarantineReason.UnknownEncoding,
        DecodeFault.WrongLength => QuarantineReason.WrongLength,
        DecodeFault.NotFinite => QuarantineReason.NotFinite,
        _ => QuarantineReason.CorruptTensor,
    };
}
