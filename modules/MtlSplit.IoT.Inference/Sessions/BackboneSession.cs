using Microsoft.ML.OnnxRuntime.Tensors;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Inference.Sessions;

/// <summary>
/// A backbone, ready to turn one frame after another into features: fill <see cref="Frame"/>, call <see cref="Run"/>.
/// Nothing is allocated per frame. It runs on the calling thread, one caller at a time; use one session per worker.
/// </summary>
public sealed class BackboneSession : IDisposable
{
    private const string InputName = "frame";
    private const string OutputName = "feature";

    private readonly OnnxModel _model;
    private readonly PinnedTensor<byte> _frame;
    private readonly PinnedTensor<float> _feature;
    private readonly BoundRun _run;

    private BackboneSession(OnnxModel model, FeatureDescriptor descriptor)
    {
        var (input, feature) = (descriptor.Input, descriptor.Feature);
        model.RequireInput(InputName, TensorElementType.UInt8, -1, input.Height, input.Width, input.Channels);
        model.RequireOutput(OutputName, TensorElementType.Float, [-1, .. feature.Shape]);
        _model = model;
        _frame = new PinnedTensor<byte>(TensorElementType.UInt8, input.Length);
        _feature = new PinnedTensor<float>(TensorElementType.Float, feature.Length);
        _run = new BoundRun(
            model,
            InputName,
            _frame.View(1, input.Height, input.Width, input.Channels),
            OutputName,
            _feature.View([1, .. feature.Shape.Select(side => (long)side)]));
    }

    /// <summary>The frame to run next: height × width × 3 bytes, RGB, rows from the top. Fixed in memory until disposal.</summary>
    public Span<byte> Frame => _frame.Span;

    /// <summary>Loads a backbone and checks that it takes and gives what the contract says.</summary>
    /// <param name="onnxPath">The backbone's ONNX file.</param>
    /// <param name="descriptor">The contract's descriptor.</param>
    /// <exception cref="InferenceModelException">The file is missing, broken, or takes or gives something else.</exception>
    public static BackboneSession Load(string onnxPath, FeatureDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        var model = OnnxModel.Load(onnxPath);
        try
        {
            return new BackboneSession(model, descriptor);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Runs the frame through the backbone.</summary>
    /// <returns>The feature in C order, in a buffer that the next call overwrites.</returns>
    /// <exception cref="InferenceModelException">The engine failed.</exception>
    public ReadOnlySpan<float> Run()
    {
        _run.Run();
        return _feature.Span;
    }

    /// <summary>Frees the engine's memory. Nothing may use the session, or the spans it gave out, any more.</summary>
    public void Dispose()
    {
        _run.Dispose();
        _model.Dispose();
    }
}
