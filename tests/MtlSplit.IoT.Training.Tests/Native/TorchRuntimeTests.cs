using MtlSplit.IoT.Training.Native;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Native;

public sealed class TorchRuntimeTests
{
    private const string Newer = "GLIBCXX_3.4.32";

    private static string Library => Path.Combine(TorchRuntime.FindFolder(), "libLibTorchSharp.so");

    [Fact]
    public void Engine_OnThisHost_MultipliesMatrices()
    {
        var source = TorchRuntime.EnsureLoaded();

        Assert.Equal(source, TorchRuntime.EnsureLoaded());
        Assert.Equal(TorchRuntime.HostIsOlder() ? TorchRuntimeSource.Patched : TorchRuntimeSource.Packaged, source);
        Assert.Equal(6.0 * 64, TorchRuntimeProbe.SumOfProduct(64), 3);
    }

    [Fact]
    public void Patch_OfTheRealLibrary_ChangesOnlyTheTables()
    {
        var original = File.ReadAllBytes(Library);
        var patched = TorchRuntime.Patch(original);

        Assert.Equal(original.Length, patched.Length);
        // Version hash (4) and name (4), symbol name (4), symbol version (2), at most.
        Assert.InRange(original.Zip(patched).Count(pair => pair.First != pair.Second), 1, 14);
    }

    [Fact]
    public void Patch_OfAPatchedLibrary_SaysThatNothingAsksForTheVersion()
    {
        var patched = TorchRuntime.Patch(File.ReadAllBytes(Library));

        var error = Assert.Throws<InvalidDataException>(() => TorchRuntime.Patch(patched));
        Assert.Contains(Newer, error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(4096)]
    [InlineData(300_000)]
    public void Patch_OfATruncatedLibrary_IsRefused(int length)
    {
        var cut = File.ReadAllBytes(Library).AsSpan(0, length).ToArray();

        Assert.Throws<InvalidDataException>(() => TorchRuntime.Patch(cut));
    }

    [Fact]
    public void Patch_OfSomethingElse_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => TorchRuntime.Patch(File.ReadAllBytes(typeof(TorchRuntime).Assembly.Location)));
}
