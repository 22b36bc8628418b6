using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Tests.Bundles;
using Xunit;

namespace MtlSplit.IoT.Contracts.Tests.Heads;

public sealed class HeadStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mtlsplit-heads-").FullName;
    private readonly ContractId _contract;
    private readonly HeadStore _store;

    public HeadStoreTests()
    {
        var models = Path.Combine(_folder, "models", "sample", "1");
        Directory.CreateDirectory(models);
        _contract = ContractId.Parse(BundleTests.WriteBundle(models).Contract);
        _store = new HeadStore(Path.Combine(_folder, "data"), BundleCatalog.Load(Path.Combine(_folder, "models")));
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
    public void Publish_CountsOnAndMovesThePointer()
    {
        var second = _store.Publish(_contract, Manifest(), "second"u8);
        var third = _store.Publish(_contract, Manifest(), "third"u8);

        Assert.Equal((2, 3), (second.Manifest.Number, third.Manifest.Number));
        Assert.Equal(third.Version, _store.Current(_contract, "size")!.Version);
        Assert.Equal([second.Version, third.Version], _store.History(_contract, "size").Select(m => m.Version));
        Assert.Equal(second.Version, _store.Promote(_contract, "size", second.Version).Version);
        Assert.Equal(second.Version, _store.Current(_contract, "size")!.Version);
        Assert.Equal("h2-", second.Version[..3]);
    }

    [Fact]
    public void Contracts_AreThoseOfBundlesAndOfPublishedHeads()
    {
        var other = ContractId.Of("other"u8);
        Assert.Equal([_contract], _store.Contracts());

        _store.Publish(other, Manifest(), "second"u8);
        _store.Publish(_contract, Manifest(), "third"u8);
        Directory.CreateDirectory(Path.Combine(_folder, "data", "heads", "no-contract"));

        Assert.Equal(new[] { _contract, other }.ToHashSet(), _store.Contracts().ToHashSet());
        Assert.Equal(2, _store.Contracts().Count);
        Assert.Empty(new HeadStore(Path.Combine(_folder, "nowhere")).Contracts());
    }

    [Fact]
    public void Current_WithADamagedHead_NamesTheFile()
    {
        var head = _store.Publish(_contract, Manifest(), "second"u8);
        File.WriteAllText(head.OnnxPath, "sEcond");
        Assert.EndsWith("head.onnx", Assert.Throws<HeadException>(() => _store.Current(_contract, "size")).Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("")]
    [InlineData("h9-000000000000")]
    public void Current_WithAPointerToNowhere_IsRefused(string pointer)
    {
        var folder = _store.FolderOf(_contract, "size");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "current"), pointer);
        Assert.Throws<HeadException>(() => _store.Current(_contract, "size"));
    }

    [Fact]
    public void Open_OfAHeadMadeForAnotherContract_IsRefused()
    {
        var head = _store.Publish(_contract, Manifest(), "second"u8);
        var other = ContractId.Of("other"u8);
        var home = Path.Combine(_store.FolderOf(other, "size"), head.Version);
        Directory.CreateDirectory(home);
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(head.OnnxPath)!))
        {
            File.Copy(file, Path.Combine(home, Path.GetFileName(file)));
        }

        Assert.Contains(_contract.ToString(), Assert.Throws<HeadException>(() => _store.Open(other, "size", head.Version)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Current_WhileAnotherPublishes_IsAlwaysWhole()
    {
        _store.Publish(_contract, Manifest(), "first"u8);
        var reading = new HeadStore(Path.Combine(_folder, "data"));
        var seen = new HashSet<string>();
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                _store.Publish(_contract, Manifest(), BitConverter.GetBytes(i));
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
}
