using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.Training.Joint;
using MtlSplit.IoT.Training.Loading;
using MtlSplit.IoT.Training.Native;
using MtlSplit.IoT.Training.Networks;
using static TorchSharp.torch;

namespace MtlSplit.IoT.Training.Heads;

/// <summary>
/// Trains one head on stored features while the shared network stays as it is: 20,000 features of 2,304 values take seconds. The same
/// samples, options and machine give the same bits.
/// </summary>
/// <remarks>The engine's random state and thread count belong to the process, so one training at a time.</remarks>
public static class HeadTrainer
{
    private const int EvaluationBatch = 2048;
    private const double SmallSteps = 0.1;

    /// <summary>Trains a head.</summary>
    /// <param name="samples">What to learn from; a part of it only chooses the best epoch.</param>
    /// <param name="start">Weights to start from, for example the running head's; null for fresh ones.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="ArgumentException">The options cannot be, or there are too few samples to split.</exception>
    /// <exception cref="WeightsException">The weights to start from are not such a head's.</exception>
    /// <exception cref="TrainingDivergedException">The loss is not a number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static HeadTrainingResult Train(HeadSamples samples, NetworkWeights? start, HeadTrainingOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var order = SeededOrder.Of(options.Seed, -1, samples.Count);
        var validationCount = (int)Math.Round(samples.Count * options.ValidationShare);
        if (validationCount < 1 || validationCount >= samples.Count)
        {
            throw new ArgumentException($"{samples.Count} samples are too few to keep a share of {options.ValidationShare} apart.", nameof(samples));
        }

        TorchRuntime.EnsureLoaded();
        set_num_threads(options.Threads);
        manual_seed(unchecked((long)options.Seed)).Dispose();
        var described = HeadNetwork.OfPaper(samples.Task.Name, samples.FeatureShape, samples.Task.Classes.Count);
        using var network = new TorchNetwork(described.Body);
        if (start is not null)
        {
            network.Load(start);
        }

        using var data = new HeadData(samples, order.AsSpan(0, validationCount), order.AsSpan(validationCount), options.BalanceClasses);
        return Run(network, data, samples, start is not null, options, cancellation);
    }

    private static HeadTrainingResult Run(TorchNetwork network, HeadData data, HeadSamples samples, bool warm, HeadTrainingOptions options, CancellationToken cancellation)
    {
        using var optimizer = optim.AdamW(network.Parameters, options.LearningRate, weight_decay: options.WeightDecay);
        var (bestEpoch, best) = (0, warm ? network.Save() : null);
        var (bestLoss, bestAccuracy) = warm ? Evaluate(network, data) : (double.PositiveInfinity, 0);
        var (epoch, lastGain, small) = (0, 0, false);
        while (epoch < options.MaxEpochs)
        {
            var stuck = epoch - lastGain >= options.Patience;
            if (small && stuck)
            {
                break;
            }

            if (!small && (stuck || epoch * 3 >= options.MaxEpochs * 2))
            {
                // Large steps jump over what is best; small ones from the best so far find it. Only when those gain nothing is it done.
                (small, lastGain) = (true, epoch);
                if (best is not null)
                {
                    network.Load(best);
                }

                foreach (var group in optimizer.ParamGroups)
                {
                    group.LearningRate = options.LearningRate * SmallSteps;
                }
            }

            RunEpoch(network, data, optimizer, samples.Task.Name, epoch, options, cancellation);
            epoch++;
            var (loss, accuracy) = Evaluate(network, data);
            if (loss < bestLoss)
            {
                (bestEpoch, lastGain, best, bestLoss, bestAccuracy) = (epoch, epoch, network.Save(), loss, accuracy);
            }
        }

        var head = new TrainedHead(samples.Task, samples.FeatureShape, best ?? network.Save());
        return new HeadTrainingResult(head, bestEpoch, epoch, data.TrainingCount, data.ValidationCount, bestAccuracy);
    }

    private static void RunEpoch(
        TorchNetwork network,
        HeadData data,
        TorchSharp.Modules.AdamW optimizer,
        string task,
        int epoch,
        HeadTrainingOptions options,
        CancellationToken cancellation)
    {
        network.Training = true;
        var order = SeededOrder.Of(options.Seed, epoch, data.TrainingCount);
        for (var from = 0; from < order.Length; from += options.BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (features, labels) = data.Training(order.AsSpan(from, Math.Min(options.BatchSize, order.Length - from)));
            var loss = nn.functional.cross_entropy(network.Forward(features), labels, data.ClassWeights);
            var value = loss.item<float>();
            if (!float.IsFinite(value))
            {
                throw new TrainingDivergedException(epoch + 1, (from / options.BatchSize) + 1, task, value);
            }

            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }

    private static (double Loss, double Accuracy) Evaluate(TorchNetwork network, HeadData data)
    {
        network.Training = false;
        using var frozen = no_grad();
        var (loss, right) = (0.0, 0L);
        for (var from = 0; from < data.ValidationCount; from += EvaluationBatch)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(EvaluationBatch, data.ValidationCount - from);
            var (features, labels) = data.Validation(from, count);
            var logits = network.Forward(features);
            loss += nn.functional.cross_entropy(logits, labels, data.ClassWeights).item<float>() * count;
            right += logits.argmax(1).eq(labels).sum().item<long>();
        }

        return (loss / data.ValidationCount, (double)right / data.ValidationCount);
    }
}
