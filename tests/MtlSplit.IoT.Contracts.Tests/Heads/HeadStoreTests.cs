using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Tests.Bundles;
using MtlSplit.IoT.Testing.Heads;
using Xunit;

namespace MtlSplit.IoT.Contracts.Tests.Heads;

public sealed class HeadStoreTests : IDisposable
{
    private const string Fleet = "north";

    private readonly string _folder = Directory.CreateTempSubdirectory("mtlsplit-heads-").FullName;
    private readonly ContractId _contract;
    private readonly FleetHeads _heads;
    private readonly HeadStore _store;

    public HeadStoreTests()
    {
        var models = Path.Combine(_folder, "models", "sample", "1");
        Directory.CreateDirectory(models);
        _contract = ContractId.Parse(BundleTests.WriteBundle(models).Contract);
        _heads = new FleetHeads(Path.Combine(_folder, "data"), Fleet, BundleCatalog.Load(Path.Combine(_folder, "models")));
        _store = _heads.Store;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Current_WithoutAPointer_IsTheBundlesHead()
    {
        var head = _store.Current(_contract, "size")!;
        Assert.Equal(1, head.Manifest.Number);
        Assert.Equal("head", File.ReadAllText(head.OnnxPath));
        Assert.Null(_store.Current(_contract, "shape"));
        Assert.Null(_store.Current(ContractId.Of("other"u8), "size"));
    }

    [Fact]
    public void Current_FollowsTheAlias_OfItsOwnFleet()
    {
        var second = Publish("second"u8);
        var third = Publish("third"u8);

        Assert.Equal((2, 3), (second.Manifest.Number, third.Manifest.Number));
        Assert.Equal((third.Version, "third"), (_store.CurrentVersion(_contract, "size"), File.ReadAllText(_store.Current(_contract, "size")!.OnnxPath)));
        Assert.Equal(second.Version, _store.Aliases(_contract, "size")!.Previous!.Version);
        Assert.Null(new HeadStore(Path.Combine(_folder, "data"), "south").Current(_contract, "size"));
    }

    [Fact]
    public void Current_WithAShadowAlone_IsTheBundlesHead()
    {
        var head = _heads.Registry.Register(Manifest() with { Contract = _contract.ToString() }, "next"u8.ToArray());
        _heads.Registry.SetShadow(new(Fleet, _contract, "size"), head, new("test", "watch it"));
        Assert.Equal(1, _store.Current(_contract, "size")!.Manifest.Number);
    }

    [Fact]
    public void Contracts_AreThoseOfBundlesAndOfPublishedHeads()
    {
        var other = ContractId.Of("other"u8);
        Assert.Equal([_contract], _store.Contracts());

        _heads.Publish(other, Manifest(), "second"u8.ToArray());
        _heads.Publish(_contract, Manifest(), "third"u8.ToArray());
        Directory.CreateDirectory(Path.Combine(_folder, "data", "registry", "aliases", Fleet, "no-contract"));

        Assert.Equal(new[] { _contract, other }.ToHashSet(), _store.Contracts().ToHashSet());
        Assert.Equal(2, _store.Contracts().Count);
        Assert.Empty(new HeadStore(Path.Combine(_folder, "nowhere"), Fleet).Contracts());
    }

    [Fact]
    public void Current_WithADamagedHead_NamesTheFile()
    {
        var head = Publish("second"u8);
        File.WriteAllText(head.OnnxPath, "sEcond");
        Assert.Equal(head.OnnxPath, Assert.Throws<HeadException>(() => _store.Current(_contract, "size")).Path);

        var document = _heads.DocumentOf(_contract, "size");
        File.AppendAllText(document, " ");
        Assert.Equal(document, Assert.Throws<HeadException>(() => _store.Current(_contract, "size")).Path);
        File.Delete(document);
        Assert.Equal(document, Assert.Throws<HeadException>(() => _store.Current(_contract, "size")).Path);
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("")]
    [InlineData("h9-000000000000")]
    [InlineData("0 0000000000000000000000000000000000000000000000000000000000000001\n")]
    [InlineData("1 0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("01 0000000000000000000000000000000000000000000000000000000000000000\n")]
    [InlineData("2 000000000000000000000000000000000000000000000000000000000000000a\n")]
    public void Current_WithAPointerToNowhere_IsRefused(string pointer)
    {
        Publish("second"u8);
        File.WriteAllText(new RegistryFolder(Path.Combine(_folder, "data")).PointerFile(Fleet, _contract, "size"), pointer);
        Assert.Throws<HeadException>(() => _store.Current(_contract, "size"));
        Assert.Throws<HeadException>(() => _store.CurrentVersion(_contract, "size"));
    }

    [Fact]
    public void Open_OfAHeadMadeForAnotherContract_IsRefused()
    {
        Publish("second"u8);
        var (other, target, folder) = (ContractId.Of("other"u8), _store.Aliases(_contract, "size")!.Production!, new RegistryFolder(Path.Combine(_folder, "data")));
        var home = folder.HeadFile(other, "size", target.Head);
        Directory.CreateDirectory(Path.GetDirectoryName(home)!);
        File.Copy(folder.HeadFile(_contract, "size", target.Head), home);

        Assert.Contains(_contract.ToString(), Assert.Throws<HeadException>(() => _store.Open(other, "size", target)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Current_WhileAnotherPublishes_IsAlwaysWhole()
    {
        Publish("first"u8);
        var reading = new HeadStore(Path.Combine(_folder, "data"), Fleet);
        var seen = new HashSet<string>();
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                Publish(BitConverter.GetBytes(i));
            }
        }, TestContext.Current.CancellationToken);
        while (!writer.IsCompleted)
        {
            seen.Add(reading.Current(_contract, "size")!.Version);
        }

        await writer;
        Assert.NotEmpty(seen);
        Assert.Equal(52, reading.Current(_contract, "size")!.Manifest.Number);
    }

    private static HeadManifest Manifest() =>
        new() { Task = "size", Classes = ["small", "large"], Contract = "", Number = 0, Sha256 = "", CreatedAt = 1 };

    private HeadRelease Publish(ReadOnlySpan<byte> onnx) => _heads.Publish(_contract, Manifest(), onnx.ToArray());
}
