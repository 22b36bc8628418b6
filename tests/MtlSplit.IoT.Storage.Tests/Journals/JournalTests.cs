using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Storage.Journals;
using MtlSplit.IoT.Testing.Storage;
using Xunit;

namespace MtlSplit.IoT.Storage.Tests.Journals;

public sealed class JournalTests : IDisposable
{
    private static readonly JournalOptions Small = new() { MaxBytes = JournalOptions.LeastMaxBytes };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Records_ComeInOrderWithTheirContent_AlsoAfterACleanStop()
    {
        using (var journal = JournalBench.Open(_folder.Path))
        {
            Append(journal, 1, 50);
            Check(journal.ReadAll(), 1, 50);
        }

        using var again = JournalBench.Open(_folder.Path);
        Check(again.ReadAll(), 1, 50);
        Assert.Equal((50, 0), (again.Recovery.Records, again.Recovery.Lost));
        Assert.Empty(again.Recovery.Damage);
        Append(again, 51, 10);
        Check(again.ReadAll(), 1, 60);
    }

    [Fact]
    public void PayloadsOfEveryLength_EmptyAndLongest_ComeBack()
    {
        var longest = new byte[Small.MaxPayloadBytes];
        new Random(5).NextBytes(longest);
        using (var journal = JournalBench.Open(_folder.Path, Small))
        {
            journal.Append(1, []);
            journal.Append(255, longest);
            Assert.Throws<ArgumentOutOfRangeException>(() => journal.Append(1, new byte[longest.Length + 1]));
            Assert.Throws<ArgumentOutOfRangeException>(() => journal.Append(0, [1]));
        }

        using var again = JournalBench.Open(_folder.Path, Small);
        var records = again.ReadAll();
        Assert.Equal([(1UL, (byte)1, 0), (2UL, (byte)255, longest.Length)], records.Select(r => (r.Sequence, r.Kind, r.Payload.Length)));
        Assert.Equal(longest, records[1].Payload);
    }

    [Fact]
    public void WhatWasAcknowledged_InAnyOrder_DoesNotComeAgainAfterACleanStop()
    {
        using (var journal = JournalBench.Open(_folder.Path))
        {
            Append(journal, 1, 100);
            foreach (var n in new ulong[] { 100, 3, 1, 2, 50, 50 })
            {
                journal.Acknowledge(n);
            }

            Assert.Equal(95, journal.Statistics.Records);
            Assert.Throws<ArgumentOutOfRangeException>(() => journal.Acknowledge(101));
        }

        using var again = JournalBench.Open(_folder.Path);
        Assert.Equal([.. Enumerable.Range(4, 46).Concat(Enumerable.Range(51, 49)).Select(n => (ulong)n)], again.Sequences());
        Assert.Equal(95, again.Recovery.Records);
    }

    [Fact]
    public void KilledProcess_LosesNothing_AndBringsBackLessThan64Acknowledged()
    {
        // Not disposed: what a kill leaves.
        var journal = JournalBench.Open(_folder.Path);
        Append(journal, 1, 500);
        for (var n = 1UL; n <= 300; n++)
        {
            journal.Acknowledge(n);
        }

        using var again = JournalBench.Open(_folder.Path);
        var records = again.Sequences().ToList();
        Assert.Equal(500UL, records[^1]);
        Assert.InRange(records[0], 301UL - 63, 301UL);
        Assert.Equal(records.Count, (int)(500 - records[0] + 1));
    }

    [Fact]
    public void Acknowledged_IsWrittenWithinAQuarterOfTheWindow()
    {
        var time = new FakeTimeProvider();
        var journal = JournalBench.Open(_folder.Path, time: time);
        Append(journal, 1, 5);
        journal.Acknowledge(2);
        time.Advance(TimeSpan.FromMilliseconds(250));

        using var again = JournalBench.Open(_folder.Path);
        Assert.Equal([1, 3, 4, 5], again.Sequences());
    }

    [Fact]
    public void Numbers_AreNeverUsedTwice_AlsoWhenEverythingWasAcknowledged()
    {
        for (var round = 0UL; round < 5; round++)
        {
            using var journal = JournalBench.Open(_folder.Path);
            Assert.Equal((round * 3) + 1, journal.Append(1, [1]).Sequence);
            journal.Append(1, [2]);
            journal.Append(1, [3]);
            for (var n = 1UL; n <= 3; n++)
            {
                journal.Acknowledge((round * 3) + n);
            }
        }

        Assert.Empty(Directory.GetFiles(_folder.Path, "*.segment"));
    }

    [Fact]
    public void FullJournal_DropsTheOldestAndCountsThem_AndStaysWithinItsBytes()
    {
        using var journal = JournalBench.Open(_folder.Path, Small);
        var (dropped, through) = (0L, 0UL);
        for (var n = 1UL; n <= 3000; n++)
        {
            var result = journal.Append(1, new byte[1000]);
            dropped += result.Dropped;
            through = Math.Max(through, result.DroppedThrough);
            Assert.InRange(Directory.GetFiles(_folder.Path, "*.segment").Sum(file => new FileInfo(file).Length), 0, Small.MaxBytes);
        }

        Assert.Equal((through, dropped, 3000 - dropped), ((ulong)dropped, journal.Statistics.Dropped, journal.Statistics.Records));
        Assert.InRange(journal.Statistics.Records, 900, 1019);
        Assert.Equal(Enumerable.Range((int)through + 1, (int)journal.Statistics.Records).Select(n => (ulong)n), journal.Sequences());
        journal.Acknowledge(1);
        Assert.Equal(3000 - dropped, journal.Statistics.Records);
    }

    [Fact]
    public void AcknowledgedSegments_GoWhereverTheyAre_SoThatABacklogIsNotDroppedForThem()
    {
        using var journal = JournalBench.Open(_folder.Path, Small);
        Append(journal, 1, 100);
        for (var n = 101UL; n <= 20_000; n++)
        {
            Assert.Equal(0, journal.Append(1, new byte[1000]).Dropped);
            journal.Acknowledge(n);
        }

        Check(journal.ReadAll(), 1, 100);
        Assert.InRange(journal.Statistics.Segments, 1, 3);
    }

    [Fact]
    public void Reader_SkipsWhatWasSettledMeanwhile_StopsWhereTold_AndGoesOnWithWhatIsAppended()
    {
        using var journal = JournalBench.Open(_folder.Path);
        using var reader = journal.OpenReader();
        Assert.Empty(reader.ReadOn());
        Append(journal, 1, 10);
        Check(reader.ReadOn(before: 4), 1, 3);
        journal.Acknowledge(5);
        Assert.Equal([4, 6], reader.ReadOn(before: 7).Select(r => r.Sequence));
        Append(journal, 11, 2);
        Check(reader.ReadOn(), 7, 6);
        Assert.Empty(reader.ReadOn());
        Append(journal, 13, 1);
        Check(reader.ReadOn(), 13, 1);
    }

    [Fact]
    public void Sync_ComesWithinTheWindow_AndNotAtAllForWhatWasAcknowledged()
    {
        var time = new FakeTimeProvider();
        using var journal = JournalBench.Open(_folder.Path, time: time);
        for (var n = 1UL; n <= 100; n++)
        {
            journal.Append(1, [1]);
            time.Advance(TimeSpan.FromMilliseconds(100));
            journal.Acknowledge(n);
        }

        Assert.Equal(0, journal.Statistics.Syncs);
        journal.Append(1, [1]);
        time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(0, journal.Statistics.Syncs);
        time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(1, journal.Statistics.Syncs);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, journal.Statistics.Syncs);
    }

    [Fact]
    public void FullDisk_IsNamed_AndAppendsGoOnWhenThereIsRoom()
    {
        var files = new CrampedFileSystem(DiskFileSystem.Instance);
        var journal = JournalBench.Open(_folder.Path, files: files);
        Append(journal, 1, 5);
        files.Room = 700;
        var outcomes = Enumerable.Range(0, 10).Select(_ => journal.Append(1, new byte[300]).Outcome).ToList();

        Assert.Equal([AppendOutcome.Appended, AppendOutcome.Appended, .. Enumerable.Repeat(AppendOutcome.DiskFull, 8)], outcomes);
        Assert.Equal(8, journal.Statistics.Failures);
        Assert.Contains("No space left", journal.LastFailure, StringComparison.Ordinal);
        files.Room = long.MaxValue;
        Assert.Equal(8UL, journal.Append(1, [9]).Sequence);
        Assert.Equal(8, journal.ReadAll().Count);

        using var again = JournalBench.Open(_folder.Path);
        Assert.Equal((8, 0), (again.Recovery.Records, again.Recovery.Lost));
        Assert.Empty(again.Recovery.Damage);
    }

    [Fact]
    public void FullDisk_AtTheBeginningOfASegment_LeavesNothingBehind()
    {
        var files = new CrampedFileSystem(DiskFileSystem.Instance);
        using var journal = JournalBench.Open(_folder.Path, files: files);
        files.Room = 10;
        Assert.Equal(AppendOutcome.DiskFull, journal.Append(1, [1]).Outcome);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.segment"));
        files.Room = 1000;
        Assert.Equal(AppendOutcome.Appended, journal.Append(1, [1]).Outcome);
        Assert.Equal([1], journal.Sequences());
    }

    [Fact]
    public void Append_AllocatesNothing()
    {
        using var journal = JournalBench.Open(_folder.Path);
        var payload = new byte[1400];
        journal.Append(1, payload);
        journal.Acknowledge(1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 0; n < 60; n++)
        {
            journal.Append(1, payload);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Append(Journal journal, ulong first, int count)
    {
        for (var n = first; n < first + (ulong)count; n++)
        {
            Assert.Equal(new AppendResult(AppendOutcome.Appended, n, 0, 0), journal.Append(3, Content.Of(n, 300)));
        }
    }

    private static void Check(List<(ulong Sequence, byte Kind, byte[] Payload)> records, ulong first, int count)
    {
        Assert.Equal(count, records.Count);
        foreach (var (sequence, kind, payload) in records)
        {
            Assert.Equal((first++, (byte)3), (sequence, kind));
            Assert.Equal(Content.Of(sequence, 300), payload);
        }
    }
}
