namespace MtlSplit.IoT.Cli.Manifests;

/// <summary>A manifest that cannot be used or must not be written. The message names the file, the path in it and the fault.</summary>
internal sealed class ManifestException(string file, string path, string problem, Exception? cause = null)
    : Exception(path.Length == 0 ? $"{file}: {problem}" : $"{file}: {path}: {problem}", cause)
{
    public string File { get; } = file;

    public string Path { get; } = path;

    public string Problem { get; } = problem;
}
