using MtlSplit.IoT.Training.Disturbances;
using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Loading;
using MtlSplit.IoT.Training.Native;
using MtlSplit.IoT.Training.Networks;
using static TorchSharp.torch;

namespace MtlSplit.IoT.Training.Joint;

/// <summary>
/// Trains a shared network and the heads of all its tasks together: the loss is made of the tasks' cross-entropies (<see cref="LossWeighting"/>), and
/// every parameter follows it (AdamW, a learning rate that falls in steps). Heads that are in use may have a say: their loss on the new features
/// is added, and they themselves stay as they are, so that they can go on serving vehicles with the new network.
/// </summary>
/// <remarks>
/// A run that is stopped and goes on from its checkpoint ends with the same bits as one that was not, on the same machine with the same
/// options. The engine's random state and thread count belong to the process, so one run at a time. Not thread-safe.
/// </remarks>
public sealed class JointTrainer
{
    private readonly TrainingOptions _options;
    private readonly ImageSet _training;
    private readonly ImageSet _validation;
    private readonly TimeProvider _time;
    private readonly TaskSpec[] _tasks;
    private readonly int[] _columns;
    private readonly Augmentation _augmentation;

    /// <summary>Prepares a run.</summary>
    /// <param name="options">What to compute.</param>
    /// <param name="training">The data to learn from.</param>
    /// <param name="validation">The data that chooses the best epoch; of the same size of image.</param>
    /// <param name="time">Tells the speed.</param>
    /// <exception cref="ArgumentException">The options or the data cannot be.</exception>
    public JointTrainer(TrainingOptions options, ImageSet training, ImageSet validation, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        options.Validate();
        if ((training.Height, training.Width) != (validation.Height, validation.Width))
        {
            throw new ArgumentException("Training and validation images differ in size.", nameof(validation));
        }

        (_options, _training, _validation, _time) = (options, training, validation, time);
        _columns = [.. options.Tasks.Select(training.TaskIndex)];
        _tasks = [.. _columns.Select(column => training.Tasks[column])];
        _augmentation = new Augmentation(options.Seed, options.ShuffleChannels, [.. options.Augment.Select(Disturbance.Parse)]);
    }

    /// <summary>Steps an epoch; the samples that do not fill a batch wait for another epoch's order.</summary>
    public int StepsPerEpoch => Math.Max(1, _training.Count / _options.BatchSize);

    /// <summary>Steps between checkpoints; there is also one after every epoch and one when the run is stopped.</summary>
    public int StepsPerCheckpoint { get; init; } = 500;

    /// <summary>
    /// The networks that training begins with; null for fresh ones. What comes from a bundle has norms without statistics of their own, so those
    /// stay as they are, and few steps are enough.
    /// </summary>
    public TrainedModel? Start { get; init; }

    /// <summary>Heads in use that shall be able to read the new features (<see cref="TrainingOptions.CompatibleWith"/>); only the options' tasks count. Empty: none.</summary>
    public IReadOnlyList<TrainedHead> CompatibleHeads { get; init; } = [];

    /// <summary>Trains until the last epoch is over or the token is cancelled.</summary>
    /// <param name="checkpoint">Where checkpoints go; null for none.</param>
    /// <param name="resume">Whether to go on from the checkpoint if it is there.</param>
    /// <param name="progress">Hears of every step; may be null.</param>
    /// <param name="cancellation">Stops the run after the current step; the checkpoint is written and the result says that it is not complete.</param>
    /// <exception cref="TrainingDivergedException">A loss is not a number.</exception>
    /// <exception cref="CheckpointMismatchException">The checkpoint is of another run.</exception>
    /// <exception cref="Weights.TensorFileException">The checkpoint does not read.</exception>
    public TrainingResult Run(string? checkpoint, bool resume, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        TorchRuntime.EnsureLoaded();
        set_num_threads(_options.Threads);
        manual_seed(unchecked((long)_options.Seed)).Dispose();
        using var model = new JointModel(NetworkCatalog.Describe(_options.Network, _training.Height, _training.Width), _tasks);
        if (Start is not null)
        {
            model.Load(Start);
            model.FixedNorms = true;
        }

        using var heads = new FrozenHeads(CompatibleHeads, _tasks);
        using var optimizer = optim.AdamW(model.Parameters, _options.LearningRate, weight_decay: _options.WeightDecay);
        var state = new TrainingState(model, optimizer, _tasks.Length);
        var (trainingDigest, validationDigest) = checkpoint is null ? ("", "") : (_training.Digest(), _validation.Digest());
        if (checkpoint is not null && resume && File.Exists(checkpoint))
        {
            state.Read(checkpoint, _options, trainingDigest, validationDigest);
        }

        var run = new TrainingRun(model, heads, optimizer, state, new BatchLoader(_training, _columns), new TrainingClock(_time));
        while (state.Epoch < _options.Epochs)
        {
            if (!RunEpoch(run, Save, progress, cancellation))
            {
                Save();
                return new TrainingResult(false, state.BestEpoch, state.History, state.Best);
            }

            var record = Finish(run);
            state.EndEpoch(record);
            Save();
            progress?.Report(Describe(run, record));
        }

        return new TrainingResult(true, state.BestEpoch, state.History, state.Best);

        void Save()
        {
            if (checkpoint is not null)
            {
                state.Write(checkpoint, _options, trainingDigest, validationDigest);
            }
        }
    }

    private bool RunEpoch(TrainingRun run, Action save, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var epoch = run.State.Epoch;
        var order = SeededOrder.Of(_options.Seed, epoch, _training.Count);
        var batch = Math.Min(_options.BatchSize, _training.Count);
        var augment = _augmentation.Of(epoch);
        foreach (var group in run.Optimizer.ParamGroups)
        {
            group.LearningRate = _options.RateAt(epoch);
        }

        run.Model.Training = true;
        while (run.State.Step < StepsPerEpoch)
        {
            if (cancellation.IsCancellationRequested)
            {
                return false;
            }

            var started = run.Clock.Now;
            RunStep(run, order.AsSpan(run.State.Step * batch, batch), augment);
            run.Clock.Add(started, batch);
            progress?.Report(Describe(run, null));
            if (run.State.Step % StepsPerCheckpoint == 0 && run.State.Step < StepsPerEpoch)
            {
                save();
            }
        }

        return true;
    }

    private void RunStep(TrainingRun run, ReadOnlySpan<int> samples, SampleAugmentation? augment)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = run.Loader.Load(samples, augment);
        var feature = run.Model.Feature(images);
        var losses = new Tensor[_tasks.Length];
        var values = new double[_tasks.Length];
        for (var i = 0; i < _tasks.Length; i++)
        {
            losses[i] = nn.functional.cross_entropy(run.Model.Logits(i, feature), labels[i]);
            values[i] = losses[i].item<float>();
            if (!double.IsFinite(values[i]))
            {
                throw new TrainingDivergedException(run.State.Epoch + 1, run.State.Step + 1, _tasks[i].Name, values[i]);
            }
        }

        var total = LossCombination.Combine(losses, _options);
        if (run.Heads.Loss(feature, labels) is { } compatibility)
        {
            total += compatibility * _options.CompatibilityWeight;
        }

        run.Optimizer.zero_grad();
        total.backward();
        run.Optimizer.step();
        run.State.AddStep(values);
    }

    private EpochRecord Finish(TrainingRun run)
    {
        run.Model.Training = false;
        var predictions = ModelPredictor.Predict(run.Model, _validation);
        var accuracy = _tasks.Select((task, i) => predictions.Accuracy(i, _validation.Labels(_validation.TaskIndex(task.Name))));
        return new EpochRecord(run.State.Epoch + 1, _options.RateAt(run.State.Epoch), run.State.MeanLoss, predictions.MeanLoss, [.. accuracy]);
    }

    private TrainingProgress Describe(TrainingRun run, EpochRecord? finished)
    {
        var state = run.State;
        var epoch = finished?.Epoch ?? state.Epoch + 1;
        var step = finished is null ? state.Step : StepsPerEpoch;
        var left = ((long)(_options.Epochs - epoch) * StepsPerEpoch) + StepsPerEpoch - step;
        var batch = Math.Min(_options.BatchSize, _training.Count);
        var speed = run.Clock.PerSecond;
        var remaining = speed > 0 ? TimeSpan.FromSeconds(left * batch / speed) : TimeSpan.Zero;
        return new TrainingProgress(epoch, _options.Epochs, step, StepsPerEpoch, finished?.TrainingLoss ?? state.MeanLoss, speed, remaining, finished);
    }

    private sealed record TrainingRun(JointModel Model, FrozenHeads Heads, TorchSharp.Modules.AdamW Optimizer, TrainingState State, BatchLoader Loader, TrainingClock Clock);
}
