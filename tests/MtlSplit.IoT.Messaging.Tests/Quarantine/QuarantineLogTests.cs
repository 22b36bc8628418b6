using MtlSplit.IoT.Messaging.Quarantine;
using Xunit;

namespace MtlSplit.IoT.Messaging.Tests.Quarantine;

public sealed class QuarantineLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mtlsplit-quarantine-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Append_EntryWithEverything_ReadsBackTheSame()
    {
        var entry = new QuarantineEntry(
            "mtl/v1/f/vehicles/v/features/x", new byte[] { 0, 1, 255 }, [new("traceparent", "00-ab"), new("traceparent", "ä")], "unknown-contract", "no descriptor\nfor it", 1_700_000_000_000_001);
        using var log = Open();

        var id = log.Append(entry);

        var read = Assert.Single(log.Read(f => Assert.Fail(f.What)));
        Assert.Equal(id, read.Id);
        Assert.False(read.Replayed);
        Assert.Equal(entry.Topic, read.Entry.Topic);
        Assert.Equal(entry.Payload.ToArray(), read.Entry.Payload.ToArray());
        Assert.Equal(entry.UserProperties, read.Entry.UserProperties);
        Assert.Equal((entry.Reason, entry.Detail, entry.At), (read.Entry.Reason, read.Entry.Detail, read.Entry.At));
        Assert.True(QuarantineId.TryParse(id.ToString(), out var parsed));
        Assert.Equal(id, parsed);
    }

    [Fact]
    public void Read_SegmentTruncatedAtEveryByte_KeepsWholeEntriesAndTellsOfTheTorn()
    {
        long[] ends;
        using (var log = Open())
        {
            var ids = log.Append([Entry(0), Entry(1), Entry(2)]);
            ends = [ids[1].Offset, ids[2].Offset, log.Bytes];
        }

        var path = Assert.Single(Directory.GetFiles(_folder));
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            List<QuarantineFault> faults = [];
            using var log = Open();

            var read = log.Read(faults.Add).ToList();

            var expected = ends.Count(end => end <= length);
            Assert.Equal(Enumerable.Range(0, expected).Select(i => (long)i), read.Select(m => m.Entry.At));
            var clean = length == 8 || ends.Contains(length);
            Assert.Equal(clean ? 0 : 1, faults.Count);
            if (!clean)
            {
                Assert.Equal(length, faults[0].Offset + faults[0].Bytes);
            }
        }
    }

    [Fact]
    public void Read_AnyByteFlipped_NeverReturnsADamagedEntryAndKeepsThoseBefore()
    {
        long second;
        using (var log = Open())
        {
            second = log.Append([Entry(0), Entry(1)])[1].Offset;
        }

        var path = Assert.Single(Directory.GetFiles(_folder));
        var whole = File.ReadAllBytes(path);
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            List<QuarantineFault> faults = [];
            using var log = Open();

            var read = log.Read(faults.Add).Select(m => m.Entry.At).ToList();

            Assert.NotEmpty(faults);
            Assert.DoesNotContain(at < 8 ? 0 : at < second ? 0L : 1L, read);
            Assert.Equal(at >= second, read.Contains(0));
        }
    }

    [Fact]
    public void Append_AfterATornSegment_GoesOnInANewOne()
    {
        using (var log = Open())
        {
            log.Append(Entry(0));
        }

        File.AppendAllText(Assert.Single(Directory.GetFiles(_folder)), "torn");
        using var next = Open();
        next.Append(Entry(1));

        List<QuarantineFault> faults = [];
        Assert.Equal([0, 1], next.Read(faults.Add).Select(m => m.Entry.At));
        Assert.Equal(4, Assert.Single(faults).Bytes);
    }

    [Fact]
    public void MarkReplayed_Again_ChangesNothingAndOutlivesTheProcess()
    {
        QuarantineId first;
        using (var log = Open())
        {
            first = log.Append(Entry(0));
            log.Append(Entry(1));
            Assert.True(log.MarkReplayed(first));
            Assert.False(log.MarkReplayed(first));
            Assert.False(log.MarkReplayed(new QuarantineId(first.Segment, 3)));
        }

        using var later = Open();
        Assert.False(later.MarkReplayed(first));
        Assert.Equal([true, false], later.Read().Select(m => m.Replayed));
        Assert.True(later.Find(first)!.Replayed);
    }

    [Fact]
    public void Find_OffsetInsideAnEntry_FindsNothingEvenWhereABuriedEntryBegins()
    {
        byte[] whole;
        using (var buried = Open())
        {
            buried.Append(Entry(0));
            whole = File.ReadAllBytes(Assert.Single(Directory.GetFiles(_folder)));
        }

        File.Delete(Assert.Single(Directory.GetFiles(_folder)));
        using var log = Open();
        var entry = Entry(1) with { Payload = whole };
        var ids = log.Append([entry, Entry(2)]);

        var end = log.Bytes;
        for (var offset = 0L; offset < end + 20; offset++)
        {
            var found = log.Find(new QuarantineId(ids[0].Segment, offset));

            Assert.Equal(ids.FirstOrDefault(id => id.Offset == offset), found?.Id ?? default);
            Assert.Equal(found is not null, log.MarkReplayed(new QuarantineId(ids[0].Segment, offset)));
        }

        Assert.Null(log.Find(new QuarantineId(ids[0].Segment, long.MaxValue)));
        Assert.Null(log.Find(new QuarantineId(ids[0].Segment + 1, ids[0].Offset)));
    }

    [Fact]
    public void MarkReplayed_AfterATornMark_IsKept()
    {
        using var log = Open();
        var ids = log.Append([Entry(0), Entry(1)]);
        log.MarkReplayed(ids[0]);
        File.AppendAllText(Directory.GetFiles(_folder, "*.replayed").Single(), "abc");

        Assert.True(log.MarkReplayed(ids[1]));

        Assert.Equal([true, true], log.Read().Select(m => m.Replayed));
    }

    [Fact]
    public void Append_PastTheBound_DropsTheOldestSegmentAndCounts()
    {
        var options = new QuarantineOptions { MaxBytes = 2000, SegmentBytes = 500 };
        using var log = new QuarantineLog(_folder, options, TimeProvider.System);
        for (var i = 0; i < 100; i++)
        {
            log.Append(Entry(i));
        }

        var kept = log.Read(f => Assert.Fail(f.What)).Select(m => m.Entry.At).ToList();
        Assert.True(log.Bytes <= 2000, $"{log.Bytes} bytes are kept");
        Assert.True(log.DroppedSegments > 0);
        Assert.Equal(99, kept[^1]);
        Assert.Equal(Enumerable.Range((int)kept[0], kept.Count).Select(i => (long)i), kept);
    }

    [Fact]
    public void Append_PastTheBoundWithRefuse_FailsByNameAndKeepsAll()
    {
        var options = new QuarantineOptions { MaxBytes = 2000, SegmentBytes = 500, WhenFull = QuarantineFullPolicy.RefuseNew };
        using var log = new QuarantineLog(_folder, options, TimeProvider.System);
        var taken = 0;
        var refusal = Assert.Throws<QuarantineFullException>(void () =>
        {
            for (; ; taken++)
            {
                log.Append(Entry(taken));
            }
        });

        Assert.Contains(_folder, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(taken, log.Read().Count());
    }

    [Fact]
    public void Append_TwoProcessesOnOneFolder_KeepsBothAndLeavesEachOthersSegments()
    {
        var options = new QuarantineOptions { MaxBytes = 3000, SegmentBytes = 500 };
        using var one = new QuarantineLog(_folder, options, TimeProvider.System);
        using var other = new QuarantineLog(_folder, options, TimeProvider.System);
        one.Append(Entry(-1));
        for (var i = 0; i < 100; i++)
        {
            other.Append(Entry(i));
        }

        one.Append(Entry(-2));
        var kept = one.Read(f => Assert.Fail(f.What)).Select(m => m.Entry.At).ToList();
        Assert.Contains(-1, kept);
        Assert.Contains(-2, kept);
        Assert.Contains(99, kept);
    }

    private QuarantineLog Open() => new(_folder, new QuarantineOptions(), TimeProvider.System);

    private static QuarantineEntry Entry(long at) =>
        new("mtl/v1/f/vehicles/v/features/x", new byte[] { 1, 2, 3 }, [new("a", "b")], "truncated", "12 of 13 bytes", at);
}
