using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.HeadConsumer.Heads;
using MtlSplit.IoT.HeadConsumer.Intake;
using MtlSplit.IoT.HeadConsumer.Status;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Testing.Bundles;
using MtlSplit.IoT.Testing.Heads;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HeadConsumer.Tests.Heads;

public sealed class HeadShelfTests : IAsyncDisposable
{
    private const string TaskName = "object_size";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Wish = TimeSpan.FromMinutes(1);

    private readonly TinyBundle _tiny = TinyBundle.Create();
    private readonly TinyBundle _stranger = TinyBundle.Create(seed: 2);
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mtlsplit-shelf-");
    private readonly FakeTimeProvider _time = new();
    private readonly HeadConsumerMetrics _metrics = new(TaskName);
    private readonly CancellationTokenSource _end = new();
    private readonly FleetHeads _store;
    private readonly ContractsInUse _inUse = new();
    private readonly HeadShelf _shelf;
    private readonly Task _running;

    public HeadShelfTests()
    {
        var seeds = BundleCatalog.Load(_tiny.ModelsFolder);
        _store = new FleetHeads(_data.FullName, "test", seeds);
        _shelf = new HeadShelf(TaskName, _store.Store, seeds, _inUse, maxBatch: 4, _metrics, _time, NullLogger.Instance);
        _running = Task.Run(() => _shelf.RunAsync(Interval, Idle, Wish, _end.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Record.ExceptionAsync(() => _running);
        _shelf.Dispose();
        _metrics.Dispose();
        _end.Dispose();
        _tiny.Dispose();
        _stranger.Dispose();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task Wish_WakesTheShelf_HoweverManyTicksCameBefore()
    {
        for (var tick = 0; tick < 50; tick++)
        {
            _time.Advance(Interval);
        }

        Assert.Null(_shelf.Find(_tiny.Bundle.Contract));

        // No time passes any more: only the wish itself can have it loaded.
        await FoundAsync();
    }

    [Fact]
    public async Task IdleHead_IsUnloaded_StaysUsableForWhoHasIt_AndIsLoadedAgainWhenWanted()
    {
        var held = await FoundAsync();

        _time.Advance(Idle + Interval);
        await Expect.UntilAsync(() => _shelf.Warm.Count == 0, "the idle head is retired");
        using (var lease = held.Slot.Acquire())
        {
            lease.Value.Session.Run(1);
        }

        Assert.Null(_shelf.Find(_tiny.Bundle.Contract));
        Assert.NotSame(held, await FoundAsync());
    }

    [Fact]
    public async Task DamagedHead_IsRefused_AndTheNextGoodOneIsTaken()
    {
        var first = (await FoundAsync()).Version;
        var damaged = Publish("no network"u8.ToArray());
        File.WriteAllText(damaged.OnnxPath, "not even what was published");
        Tick();
        await Expect.UntilAsync(() => _shelf.Explain(_tiny.Bundle.Contract).Detail.Contains(damaged.OnnxPath, StringComparison.Ordinal), "the damaged one is refused");
        Assert.Equal(first, (await FoundAsync()).Version);

        var good = Publish(TinyBundle.Head(TaskName, seed: 5));
        Tick();

        await Expect.UntilAsync(() => Assert.Single(_shelf.Warm).Version == good.Version, "the good one is in use");
    }

    [Fact]
    public async Task DamagedHead_ThatIsTakenBack_IsRefusedNoMore()
    {
        var first = Publish(TinyBundle.Head(TaskName, seed: 5));
        await FoundAsync();
        var damaged = Publish("no network"u8.ToArray());
        Tick();
        await Expect.UntilAsync(() => _shelf.Refused is [var refused] && refused.Version == damaged.Version, "the damaged one is refused");

        _store.Registry.Rollback(new AliasKey("test", _tiny.Bundle.Contract, TaskName), new ChangeReason("test", "it is damaged"));
        Tick();

        await Expect.UntilAsync(() => _shelf.Refused.Count == 0, "nothing is refused any more");
        Assert.Equal(first.Version, Assert.Single(_shelf.Warm).Version);
    }

    [Fact]
    public async Task Head_ThatTheDiskDoesNotGive_IsTakenOnceItDoes()
    {
        var first = (await FoundAsync()).Version;
        var next = Publish(TinyBundle.Head(TaskName, seed: 5));

        // A folder stands where the document should be, which no account may read as a file.
        var manifest = _store.DocumentOf(_tiny.Bundle.Contract, TaskName);
        File.Move(manifest, manifest + ".aside");
        Directory.CreateDirectory(manifest);
        Tick();
        await Expect.UntilAsync(() => _shelf.Explain(_tiny.Bundle.Contract).Detail.StartsWith(next.Version, StringComparison.Ordinal), "the next one cannot be read");
        Assert.Equal(first, Assert.Single(_shelf.Warm).Version);

        Directory.Delete(manifest);
        File.Move(manifest + ".aside", manifest);
        Tick();

        await Expect.UntilAsync(() => Assert.Single(_shelf.Warm).Version == next.Version, "the next one is in use");
    }

    [Fact]
    public async Task Contract_WithoutAHead_IsExplained_AndItsHeadIsTakenWhenItComes()
    {
        var contract = _stranger.Bundle.Contract;
        Assert.Null(_shelf.Find(contract));
        Assert.Equal(QuarantineReason.UnknownContract, _shelf.Explain(contract).Reason);
        _shelf.Learn(contract, _stranger.Bundle.Descriptor);
        Assert.Equal(QuarantineReason.NoHead, _shelf.Explain(contract).Reason);

        var manifest = new HeadManifest { Task = TaskName, Classes = _tiny.Bundle.FindTask(TaskName)!.Classes, Contract = "", Number = 0, Sha256 = "", CreatedAt = 1 };
        var head = _store.Publish(contract, manifest, TinyBundle.Head(TaskName, seed: 5));
        Tick();

        await Expect.UntilAsync(() => _shelf.Warm.Any(w => w.Version == head.Version), "the head is warm");
        Assert.NotNull(_shelf.Find(contract));
    }

    [Fact]
    public async Task AnnouncedContract_IsWarm_BeforeAnyFeatureAsksForIt()
    {
        var contract = _stranger.Bundle.Contract;
        var head = _store.PublishInitial(_stranger.Bundle, TaskName);
        Assert.Equal("h1", head.Version.Split('-')[0]);

        _shelf.Learn(contract, _stranger.Bundle.Descriptor);

        await Expect.UntilAsync(() => _shelf.Warm.Any(w => w.Contract == contract.ToString() && w.Version == head.Version), "the announced contract's head is warm");
    }

    [Fact]
    public async Task AnnouncedContract_WithADamagedHead_IsWarm_WhenAGoodOneComes()
    {
        var contract = _stranger.Bundle.Contract;
        var damaged = _store.PublishInitial(_stranger.Bundle, TaskName);
        File.WriteAllText(damaged.OnnxPath, "not even what was published");
        _shelf.Learn(contract, _stranger.Bundle.Descriptor);
        await Expect.UntilAsync(() => _shelf.Explain(contract).Detail.Contains(damaged.OnnxPath, StringComparison.Ordinal), "the damaged one is refused");

        var manifest = new HeadManifest { Task = TaskName, Classes = _tiny.Bundle.FindTask(TaskName)!.Classes, Contract = "", Number = 0, Sha256 = "", CreatedAt = 1 };
        var good = _store.Publish(contract, manifest, TinyBundle.Head(TaskName, seed: 5));
        Tick();

        await Expect.UntilAsync(() => _shelf.Warm.Any(w => w.Version == good.Version), "the good one is warm");
    }

    [Fact]
    public async Task IdleHead_OfAContractThatAVehicleSpeaks_StaysWarm_UntilNoneDoes()
    {
        await FoundAsync();
        _inUse.Take("car-1", new VehicleStatus { Online = true, Contract = _tiny.Bundle.Contract.ToString() });
        _inUse.Take("car-2", new VehicleStatus { Online = true, Contract = _stranger.Bundle.Contract.ToString(), HeldContracts = [_tiny.Bundle.Contract.ToString()] });

        // Away vehicles come back with what they hold.
        _inUse.Take("car-1", new VehicleStatus { Online = false });
        _time.Advance(Idle + Interval);
        Tick();
        Assert.Null(_shelf.Find(_stranger.Bundle.Contract));
        Tick();
        Assert.Contains(_shelf.Warm, w => w.Contract == _tiny.Bundle.Contract.ToString());

        _inUse.Take("car-1", null);
        _inUse.Take("car-2", new VehicleStatus { Online = true, Contract = _stranger.Bundle.Contract.ToString() });
        _time.Advance(Idle + Interval);
        await Expect.UntilAsync(
            () =>
            {
                Tick();
                return _shelf.Warm.Count == 0;
            },
            "the head that no vehicle needs is retired");
    }

    private void Tick() => _time.Advance(Interval);

    private async Task<ContractHead> FoundAsync()
    {
        ContractHead? head = null;
        await Expect.UntilAsync(() => (head = _shelf.Find(_tiny.Bundle.Contract)) is not null, "the head is loaded");
        return head!;
    }

    private HeadRelease Publish(byte[] onnx)
    {
        var task = _tiny.Bundle.FindTask(TaskName)!;
        return _store.Publish(_tiny.Bundle.Contract, new HeadManifest { Task = TaskName, Classes = task.Classes, Contract = "", Number = 0, Sha256 = "", CreatedAt = 1 }, onnx);
    }
}
