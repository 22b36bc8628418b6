namespace MtlSplit.IoT.OnnxAuthoring.Reading;

/// <summary>An ONNX file cannot be read back.</summary>
/// <param name="file">Which file.</param>
/// <param name="reason">What is wrong with it.</param>
/// <param name="inner">What was thrown below, if anything.</param>
public sealed class OnnxReadException(string file, string reason, Exception? inner = null)
    : Exception($"Cannot read weights from '{file}': {reason}.", inner)
{
    /// <summary>Which file.</summary>
    public string File { get; } = file;
}
