using Microsoft.ML.OnnxRuntime.Tensors;

namespace MtlSplit.IoT.Inference.Sessions;

/// <summary>
/// A head, ready to answer batches: fill <see cref="FeatureAt"/> for rows 0 to n-1, call <see cref="Run"/> with n, read
/// <see cref="ProbabilitiesAt"/>. Nothing is allocated per batch once that size has been run, which <see cref="Warm"/> does
/// for all. It runs on the calling thread, one caller at a time; use one session per worker.
/// </summary>
public sealed class HeadSession : IDisposable
{
    private const string InputName = "feature";
    private const string OutputName = "probabilities";

    private readonly OnnxModel _model;
    private readonly int[] _inputShape;
    private readonly PinnedTensor<float> _features;
    private readonly PinnedTensor<float> _probabilities;
    private readonly BoundRun?[] _runs;

    private HeadSession(OnnxModel model, int featureLength, int classes, int maxBatch)
    {
        _inputShape = model.RequireInput(InputName, TensorElementType.Float, -1, -1, -1, -1);
        var length = _inputShape.Skip(1).Aggregate(1L, (product, side) => product * side);
        if (length != featureLength)
        {
            throw new InferenceModelException(model.File, InputName, $"{featureLength} values long", $"{length} values long");
        }

        var outputShape = model.RequireOutput(OutputName, TensorElementType.Float, -1, classes);
        if (maxBatch > 1 && (_inputShape[0] == 1 || outputShape[0] == 1))
        {
            throw new InferenceModelException(model.File, InputName, $"of a free batch size, to answer up to {maxBatch} at once", "of batch size 1");
        }

        (_model, FeatureLength, Classes, MaxBatch) = (model, featureLength, classes, maxBatch);
        _features = new PinnedTensor<float>(TensorElementType.Float, checked(maxBatch * featureLength));
        _probabilities = new PinnedTensor<float>(TensorElementType.Float, checked(maxBatch * classes));
        _runs = new BoundRun?[maxBatch];
    }

    /// <summary>Values in one feature.</summary>
    public int FeatureLength { get; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>The most features one run takes.</summary>
    public int MaxBatch { get; }

    /// <summary>Loads a head and checks that it takes and gives what is asked.</summary>
    /// <param name="onnxPath">The head's ONNX file.</param>
    /// <param name="featureLength">Values in one feature, as the contract says.</param>
    /// <param name="classes">Classes of the task.</param>
    /// <param name="maxBatch">The most features one run shall take.</param>
    /// <exception cref="InferenceModelException">The file is missing, broken, or takes or gives something else.</exception>
    public static HeadSession Load(string onnxPath, int featureLength, int classes, int maxBatch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBatch);
        var model = OnnxModel.Load(onnxPath);
        try
        {
            return new HeadSession(model, featureLength, classes, maxBatch);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The place of one feature of the batch to come, to be filled in C order.</summary>
    /// <param name="row">0 to <see cref="MaxBatch"/> - 1.</param>
    public Span<float> FeatureAt(int row) => _features.Span.Slice(Row(row) * FeatureLength, FeatureLength);

    /// <summary>Answers the first features.</summary>
    /// <param name="batch">How many, 1 to <see cref="MaxBatch"/>.</param>
    /// <exception cref="InferenceModelException">The engine failed.</exception>
    public void Run(int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, MaxBatch);
        (_runs[batch - 1] ??= Bind(batch)).Run();
    }

    /// <summary>The probability of each class for one feature of the last run; the next run overwrites it.</summary>
    /// <param name="row">Below the size of the last batch.</param>
    public ReadOnlySpan<float> ProbabilitiesAt(int row) => _probabilities.Span.Slice(Row(row) * Classes, Classes);

    /// <summary>Runs every batch size once on whatever the rows hold, so that no later run has anything to set up.</summary>
    /// <exception cref="InferenceModelException">The engine failed.</exception>
    public void Warm()
    {
        for (var batch = 1; batch <= MaxBatch; batch++)
        {
            Run(batch);
        }
    }

    /// <summary>Frees the engine's memory. Nothing may use the session, or the spans it gave out, any more.</summary>
    public void Dispose()
    {
        foreach (var run in _runs)
        {
            run?.Dispose();
        }

        _model.Dispose();
    }

    private int Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, MaxBatch);
        return row;
    }

    private BoundRun Bind(int batch) => new(
        _model,
        InputName,
        _features.View([batch, .. _inputShape.Skip(1).Select(side => (long)side)]),
        OutputName,
        _probabilities.View(batch, Classes));
}
