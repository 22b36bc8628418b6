namespace MtlSplit.IoT.Training.Weights;

/// <summary>A tensor file cannot be read.</summary>
/// <param name="file">The file.</param>
/// <param name="reason">What is wrong with it.</param>
/// <param name="inner">The reader's own error, if any.</param>
public sealed class TensorFileException(string file, string reason, Exception? inner = null) : Exception($"{file}: {reason}.", inner)
{
    /// <summary>The file.</summary>
    public string File { get; } = file;
}
