using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Backbone.Publishing;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Testing.Storage;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Publishing;

public sealed class DiskOutboxTests() : OutboxTests(onDisk: true)
{
    [Fact]
    public void Restart_BringsBackWhatWasNotSettled_Late_UnderTheContractAndTopicItWasMadeWith()
    {
        Add(0, 50);
        TakeAndSettle(20);
        Reopen();
        Assert.Equal(30, Outbox.Count);
        Add(100, 1);

        var taken = TakeAndSettle(31);

        Assert.Equal(100UL, taken[0].Frame.Number);
        Assert.Equal(Enumerable.Range(20, 30).Select(n => (ulong)n), taken[1..].Select(f => f.Frame.Number));
        Assert.All(taken[1..], f => Assert.True(f.Late && Message(f).Late));
        Assert.Equal(20, Message(taken[1]).CapturedAt);
        Reopen();
        Assert.Equal(0, Outbox.Count);
    }

    [Fact]
    public void EarlierContract_IsReplayedWithItsDescriptor_WhichGoesWithTheLastOfItsFeatures()
    {
        var earlier = PublishedContract.Of(Options, ContractId.Of("earlier"u8), "earlier"u8.ToArray());
        Outbox.Keep(earlier);
        var message = new FeatureMessage(new FrameId(2, 7), 1, 2, 1, new byte[] { 4 }, Late: false);
        Outbox.Add(new OutboxFeature { Contract = earlier, Frame = message.Frame, CapturedAt = 1, Payload = OutboxFeature.Write(message), EncodedBytes = 1 });
        Reopen();

        var feature = Assert.Single(TakeAndSettle(1));

        Assert.Equal((earlier.Contract, earlier.Topic), (feature.Contract.Contract, feature.Contract.Topic));
        Assert.Equal("earlier"u8.ToArray(), feature.Contract.Descriptor!.Payload.ToArray());
        Assert.Equal(earlier.Descriptor!.Topic, feature.Contract.Descriptor.Topic);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(Folder, "contracts")).Length);
        Reopen();
        Assert.Single(Directory.GetFiles(Path.Combine(Folder, "contracts")));
    }

    [Fact]
    public void FolderOfAnotherVehicle_OrInUse_IsRefusedByName()
    {
        var options = new BackboneOptions { Fleet = "test", Vehicle = "car-1", OutboxFolder = Folder };
        var inUse = Assert.Throws<StartException>(() => FeatureStores.Open(options, TimeProvider.System, NullLogger.Instance));
        Assert.Contains("Backbone:OutboxFolder", inUse.Message, StringComparison.Ordinal);
        Assert.Contains(Folder, inUse.Message, StringComparison.Ordinal);

        Replace(new MemoryFeatureStore(512));
        options.Vehicle = "car-2";
        var foreign = Assert.Throws<StartException>(() => FeatureStores.Open(options, TimeProvider.System, NullLogger.Instance));
        Assert.Contains("test/car-1", foreign.Message, StringComparison.Ordinal);
        Assert.Contains("test/car-2", foreign.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FullDisk_KeepsFeaturesInMemory_LosesByNameWhatWaitsTooLong_AndGoesOnWhenThereIsRoom()
    {
        Replace(new MemoryFeatureStore(512));
        var files = new CrampedFileSystem(DiskFileSystem.Instance);
        Replace(FeatureStores.OpenDisk(Options, files, Time, NullLogger.Instance));
        Add(0, 10);
        files.Room = 0;
        Add(10, 10);
        Assert.Equal(20, Outbox.Count);
        Assert.Empty(Lost);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], Numbers(TakeAndSettle(12)));

        Time.Advance(Options.FreshFor * 2);
        files.Room = long.MaxValue;
        Add(20, 2);

        Assert.Equal([20, 21], Numbers(TakeAndSettle(2)));
        Assert.Equal(8, Lost.Sum(loss => loss.Count));
        Assert.All(Lost, loss => Assert.Equal(DropReason.DiskFull, loss.Reason));
        Assert.Equal(0, Outbox.Count);
    }

    [Fact]
    public void FullDisk_AtTheStart_StopsNobody_AndTheDescriptorIsKeptWhenThereIsRoom()
    {
        Replace(new MemoryFeatureStore(512));
        Directory.Delete(Path.Combine(Folder, "contracts"), recursive: true);
        var files = new CrampedFileSystem(DiskFileSystem.Instance) { Room = 0 };
        Replace(FeatureStores.OpenDisk(Options, files, Time, NullLogger.Instance));
        Add(0, 3);
        Assert.Equal([0, 1, 2], Numbers(TakeAndSettle(3)));
        Assert.Empty(Directory.GetFiles(Path.Combine(Folder, "contracts"), "*.json"));

        files.Room = long.MaxValue;
        Add(3, 1);
        Assert.Single(Directory.GetFiles(Path.Combine(Folder, "contracts"), "*.json"));
    }

    [Fact]
    public void DamagedFeatures_AreCounted_AndTheOthersCome()
    {
        Add(0, 50);
        Replace(new MemoryFeatureStore(512));
        var segment = Assert.Single(Directory.GetFiles(Path.Combine(Folder, "journal"), "*.segment"));
        var bytes = File.ReadAllBytes(segment);
        bytes[bytes.Length / 2] ^= 8;
        File.WriteAllBytes(segment, bytes);

        Replace(FeatureStores.OpenDisk(Options, DiskFileSystem.Instance, Time, NullLogger.Instance));

        Assert.Equal(new Loss(DropReason.Damaged, 1, null), Assert.Single(Lost));
        Assert.Equal(49, TakeAndSettle(49).Select(f => f.Frame.Number).Distinct().Count());
    }

    [Fact]
    public void PowerCut_AfterAnyOperation_LeavesAnOutboxThatOpens_WithoutWhatWasNotMade()
    {
        Replace(new MemoryFeatureStore(512));
        Directory.Delete(Folder, recursive: true);
        var traced = new TracedFileSystem(DiskFileSystem.Instance, Folder);
        Replace(FeatureStores.OpenDisk(Options, traced, Time, NullLogger.Instance));
        for (var n = 0; n < 12; n++)
        {
            Add(n, 1);
            Time.Advance(TimeSpan.FromMilliseconds(200));
        }

        TakeAndSettle(3);
        Replace(new MemoryFeatureStore(512));

        var states = 0;
        foreach (var state in PowerCut.States(traced.Trace, new PowerCutOptions { Random = 2, Tears = 2 }))
        {
            states++;
            using var store = FeatureStores.OpenDisk(new BackboneOptions { Fleet = "test", Vehicle = "car-1", OutboxFolder = state.Folder, OutboxBytes = 1 << 20 }, new UnsyncedFileSystem(DiskFileSystem.Instance), Time, NullLogger.Instance);
            while (store.Read(store.Next) is { } feature)
            {
                Assert.InRange(feature.Frame.Number, 0UL, 11UL);
                Assert.NotNull(feature.Contract.Descriptor);
            }
        }

        Assert.InRange(states, 50, 10_000);
    }
}
