using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MtlSplit.IoT.Inference.Sessions;

/// <summary>
/// One ONNX Runtime session with one thread: the caller's own. Two such sessions on two threads do more than one session
/// with two threads, and leave it to the process how it spends its cores.
/// </summary>
internal sealed class OnnxModel : IDisposable
{
    private static readonly RunOptions PlainRun = new();
    private readonly InferenceSession _session;

    private OnnxModel(string file, InferenceSession session)
    {
        File = file;
        _session = session;
    }

    public string File { get; }

    /// <exception cref="InferenceModelException">The file is missing, unreadable, or not a model.</exception>
    public static OnnxModel Load(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        byte[] bytes;
        try
        {
            bytes = System.IO.File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InferenceModelException(file, "there is no such file", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InferenceModelException(file, exception.Message, exception);
        }

        EngineTelemetry.Refuse();
        try
        {
            using var options = new SessionOptions
            {
                IntraOpNumThreads = 1,
                InterOpNumThreads = 1,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            };
            return new OnnxModel(file, new InferenceSession(bytes, options));
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InferenceModelException(file, $"ONNX Runtime does not load it ({exception.Message})", exception);
        }
    }

    /// <summary>Checks the model's only input and returns its shape as the model has it; -1 stands for a free axis.</summary>
    /// <exception cref="InferenceModelException">It is not as expected.</exception>
    public int[] RequireInput(string name, TensorElementType type, params ReadOnlySpan<int> shape)
    {
        if (_session.InputMetadata.Count != 1)
        {
            throw new InferenceModelException(File, $"it should have one input, '{name}', and has {Names(_session.InputMetadata.Keys)}");
        }

        return Require(_session.InputMetadata, "input", name, type, shape);
    }

    /// <summary>Checks one of the model's outputs and returns its shape as the model has it; -1 stands for a free axis.</summary>
    /// <exception cref="InferenceModelException">It is not as expected.</exception>
    public int[] RequireOutput(string name, TensorElementType type, params ReadOnlySpan<int> shape) =>
        Require(_session.OutputMetadata, "output", name, type, shape);

    public OrtIoBinding CreateBinding() => _session.CreateIoBinding();

    /// <exception cref="InferenceModelException">The engine failed.</exception>
    public void Run(OrtIoBinding binding)
    {
        try
        {
            _session.RunWithBinding(PlainRun, binding);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InferenceModelException(File, $"ONNX Runtime failed ({exception.Message})", exception);
        }
    }

    public void Dispose() => _session.Dispose();

    // An expected -1 takes any size; the batch axis, always first, may be free or 1.
    private int[] Require(IReadOnlyDictionary<string, NodeMetadata> tensors, string role, string name, TensorElementType type, ReadOnlySpan<int> shape)
    {
        if (!tensors.TryGetValue(name, out var tensor))
        {
            throw new InferenceModelException(File, $"it has no {role} '{name}'; its {role}s are {Names(tensors.Keys)}");
        }

        if (tensor.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR)
        {
            throw new InferenceModelException(File, name, Show(type, shape), "no tensor");
        }

        var found = tensor.Dimensions;
        var fits = tensor.ElementDataType == type && found.Length == shape.Length && found[0] is -1 or 1;
        for (var axis = 1; fits && axis < shape.Length; axis++)
        {
            fits = shape[axis] == -1 ? found[axis] > 0 : found[axis] == shape[axis];
        }

        return fits ? found : throw new InferenceModelException(File, name, Show(type, shape), Show(tensor.ElementDataType, found));
    }

    private static string Show(TensorElementType type, ReadOnlySpan<int> shape)
    {
        var sides = new string[shape.Length];
        for (var axis = 0; axis < sides.Length; axis++)
        {
            sides[axis] = shape[axis] == -1 ? (axis == 0 ? "N" : "any") : $"{shape[axis]}";
        }

        return $"{type} [{string.Join(", ", sides)}]";
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
