namespace MtlSplit.IoT.SampleStore.Tests;

/// <summary>A folder of its own, gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mtlsplit-samples-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
