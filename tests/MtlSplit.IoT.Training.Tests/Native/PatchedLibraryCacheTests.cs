using MtlSplit.IoT.Training.Native;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Native;

public sealed class PatchedLibraryCacheTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-test-");

    private string Original => Path.Combine(_folder.FullName, "libA.so");

    private PatchedLibraryCache Cache => new(Path.Combine(_folder.FullName, "cache"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Get_ByManyAtOnce_GivesOneWholeFile()
    {
        File.WriteAllBytes(Original, new byte[1 << 20]);

        var paths = ParallelEnumerable.Range(0, 32).WithDegreeOfParallelism(8).Select(_ => Cache.Get(Original, Increment)).ToArray();

        var path = Assert.Single(paths.Distinct());
        Assert.All(File.ReadAllBytes(path), b => Assert.Equal(1, b));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Get_WithADamagedCopy_ReplacesIt()
    {
        File.WriteAllBytes(Original, [1, 2, 3]);
        var path = Cache.Get(Original, Increment);
        File.WriteAllBytes(path, [9, 9]);

        Assert.Equal(path, Cache.Get(Original, Increment));
        Assert.Equal([2, 3, 4], File.ReadAllBytes(path));
    }

    [Fact]
    public void Get_ForAnotherOriginal_UsesAnotherFolder()
    {
        File.WriteAllBytes(Original, [1]);
        var first = Cache.Get(Original, Increment);
        File.WriteAllBytes(Original, [2]);

        Assert.NotEqual(first, Cache.Get(Original, Increment));
        Assert.Equal([2], File.ReadAllBytes(first));
    }

    private static byte[] Increment(byte[] bytes) => Array.ConvertAll(bytes, b => (byte)(b + 1));
}
