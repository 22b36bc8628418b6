using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MtlSplit.IoT.Benchmarks.Inference;

/// <summary>ONNX Runtime with nothing of ours around it, on one thread.</summary>
internal sealed class BareSession<T> : IDisposable
    where T : unmanaged
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OrtIoBinding _binding;
    private readonly OrtValue _input;
    private readonly OrtValue _output;
    private readonly DenseTensor<T> _tensor;
    private readonly string _inputName;
    private readonly string[] _outputNames;

    public BareSession(string path, string inputName, int[] inputShape, string outputName, int[] outputShape, ReadOnlySpan<T> data)
    {
        using var settings = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(path, settings);
        (_inputName, _outputNames) = (inputName, [outputName]);
        _input = OrtValue.CreateTensorValueFromMemory(data.ToArray(), Array.ConvertAll(inputShape, side => (long)side));
        _output = OrtValue.CreateTensorValueFromMemory(new float[outputShape.Aggregate((product, side) => product * side)], Array.ConvertAll(outputShape, side => (long)side));
        _binding = _session.CreateIoBinding();
        _binding.BindInput(inputName, _input);
        _binding.BindOutput(outputName, _output);
        _tensor = new DenseTensor<T>(data.ToArray(), inputShape);
    }

    public void RunBound() => _session.RunWithBinding(_options, _binding);

    public void RunNamed()
    {
        using var results = _session.Run([NamedOnnxValue.CreateFromTensor(_inputName, _tensor)], _outputNames);
    }

    public void Dispose()
    {
        _binding.Dispose();
        _input.Dispose();
        _output.Dispose();
        _options.Dispose();
        _session.Dispose();
    }
}
