using Microsoft.ML.OnnxRuntime;

namespace MtlSplit.IoT.Inference.Sessions;

/// <summary>A model with its input and output tied to fixed buffers: running it again allocates nothing.</summary>
internal sealed class BoundRun : IDisposable
{
    private readonly OnnxModel _model;
    private readonly OrtIoBinding _binding;
    private readonly OrtValue _input;
    private readonly OrtValue _output;

    /// <summary>Takes over both values; the model stays the caller's.</summary>
    public BoundRun(OnnxModel model, string inputName, OrtValue input, string outputName, OrtValue output)
    {
        (_model, _input, _output) = (model, input, output);
        _binding = model.CreateBinding();
        _binding.BindInput(inputName, input);
        _binding.BindOutput(outputName, output);
    }

    public void Run() => _model.Run(_binding);

    public void Dispose()
    {
        _binding.Dispose();
        _input.Dispose();
        _output.Dispose();
    }
}
