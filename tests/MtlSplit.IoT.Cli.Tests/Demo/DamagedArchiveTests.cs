using MtlSplit.IoT.Cli.Demo;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Archives;
using MtlSplit.IoT.Testing.Bundles;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Demo;

public sealed class DamagedArchiveTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Write_ChangesOneByte_InTheFileThatIsNamed()
    {
        var bundle = Bundle.Open(CommittedBundle.Folder);
        var archive = BundlePacker.Pack(bundle, null, _folder.FullName);
        var damaged = Path.Combine(_folder.FullName, "damaged", "one.mtlbundle");

        DamagedArchive.Write(archive, bundle.BackbonePath, damaged);

        var (sound, other) = (File.ReadAllBytes(archive), File.ReadAllBytes(damaged));
        Assert.Equal(sound.Length, other.Length);
        var at = Assert.Single(Enumerable.Range(0, sound.Length), i => sound[i] != other[i]);
        var file = File.ReadAllBytes(bundle.BackbonePath);
        Assert.Equal(file[(file.Length / 2) + 1], other[at + 1]);
    }

    [Fact]
    public void Write_OfAFileThatIsNotInIt_SaysSo()
    {
        var bundle = Bundle.Open(CommittedBundle.Folder);
        var archive = BundlePacker.Pack(bundle, null, _folder.FullName);
        var stranger = Path.Combine(_folder.FullName, "stranger");
        File.WriteAllBytes(stranger, [.. Enumerable.Range(0, 200).Select(i => (byte)i)]);

        Assert.Contains(stranger, Assert.Throws<DemoException>(() => DamagedArchive.Write(archive, stranger, Path.Combine(_folder.FullName, "d"))).Message, StringComparison.Ordinal);
    }
}
