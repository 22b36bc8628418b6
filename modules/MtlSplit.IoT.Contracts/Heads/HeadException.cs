namespace MtlSplit.IoT.Contracts.Heads;

/// <summary>A head in the data folder that may not be used, or one that may not be published. The message says which and why.</summary>
public sealed class HeadException(string path, string message, Exception? cause = null) : Exception($"{path}: {message}", cause)
{
    /// <summary>The file or folder at fault.</summary>
    public string Path { get; } = path;
}
