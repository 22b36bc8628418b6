using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Storage.Journals;
using MtlSplit.IoT.Testing.Storage;
using Xunit;

namespace MtlSplit.IoT.Storage.Tests.Journals;

/// <summary>Whatever lies in the files: no exception, everything that is whole, and a count with a reason of what is not.</summary>
public sealed class JournalDamageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _most;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Segment_TruncatedAtEveryByte_KeepsEveryRecordBeforeIt()
    {
        var (path, bytes, ends) = Write(12, 120);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            using var journal = Open();
            var whole = ends.Count(end => end <= length);

            Assert.Equal(Expected(1, whole), Read(journal));
            var clean = length == JournalFormat.SegmentHeader || ends.Contains(length);
            Assert.Equal(clean ? [] : [(JournalDamage.TornTail, 1)], Damage(journal));
            Assert.Equal((ulong)whole + (whole == 0 ? 2UL : 1UL), journal.Append(1, [1]).Sequence);
            Clear();
        }
    }

    [Fact]
    public void Segment_WithAnyBitFlipped_LosesAtMostThatRecord_AndSaysSo()
    {
        var (path, bytes, ends) = Write(6, 40);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var flipped = bytes.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, flipped);
            using var journal = Open();

            // Record 0 stands for the segment's own header.
            var hit = bit / 8 < JournalFormat.SegmentHeader ? 0 : ends.FindIndex(end => bit / 8 < end) + 1;
            Assert.Equal(Expected(1, 6).Where(record => record.Sequence != (ulong)hit), Read(journal));
            Assert.Equal(1, journal.Recovery.Damage.Values.Sum());
            Assert.Equal(hit is 0 or 6 ? 0 : 1, journal.Recovery.Lost);
            Clear();
        }
    }

    [Fact]
    public void Segment_WhoseTailIsZeros_FromAnyByteOn_KeepsEveryRecordBefore()
    {
        var (path, bytes, ends) = Write(6, 60);
        for (var from = JournalFormat.SegmentHeader; from < bytes.Length; from++)
        {
            var zeroed = bytes.ToArray();
            zeroed.AsSpan(from).Clear();
            File.WriteAllBytes(path, [.. zeroed, .. new byte[4096]]);
            using var journal = Open();

            // A record may end in zeros of its own.
            var whole = ends.Count(end => end <= from || !bytes.AsSpan(from, end - from).ContainsAnyExcept((byte)0));
            Assert.Equal(Expected(1, whole), Read(journal));
            Assert.Equal([(JournalDamage.ZeroedTail, 1)], Damage(journal));
            Clear();
        }
    }

    [Fact]
    public void RandomBytes_InPlaceOfAnything_AreSkippedOrTakenForNothing()
    {
        var (path, bytes, _) = Write(20, 200);
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            var (from, length) = (random.Next(bytes.Length), random.Next(400));
            var spoiled = bytes.ToArray();
            random.NextBytes(spoiled.AsSpan(from, Math.Min(length, bytes.Length - from)));
            File.WriteAllBytes(path, random.Next(3) == 0 ? [.. spoiled[..from], .. spoiled[Math.Min(bytes.Length, from + length)..]] : spoiled);
            using var journal = Open();

            var records = Read(journal);
            var expected = Expected(1, 20).ToDictionary(record => record.Sequence, record => record.Payload);
            Assert.All(records, record => Assert.Equal(expected[record.Sequence], record.Payload));
            Assert.Equal(records.Select(record => record.Sequence).Order(), records.Select(record => record.Sequence));
            Clear();
        }
    }

    [Fact]
    public void Payload_ThatHoldsRecordsItself_IsNotTakenForThem()
    {
        var (_, bytes, _) = Write(3, 60);
        Clear();
        using (var journal = Open())
        {
            journal.Append(1, bytes);
            journal.Append(1, [1]);
        }

        // Its own header is damaged, so that the next one is looked for inside it.
        var path = JournalBench.Segment(_folder.Path);
        var spoiled = File.ReadAllBytes(path);
        spoiled[JournalFormat.SegmentHeader + 9] ^= 64;
        File.WriteAllBytes(path, spoiled);

        using var again = Open();
        Assert.All(Read(again), record => Assert.InRange(record.Sequence, 1UL, 3UL));
        Assert.NotEmpty(again.Recovery.Damage);
    }

    [Fact]
    public void Segment_MissingOrUnreadable_IsCounted_OnceForAll()
    {
        var options = new JournalOptions { MaxBytes = JournalOptions.LeastMaxBytes };
        using (var journal = Open(options))
        {
            for (var n = 0; n < 400; n++)
            {
                journal.Append(1, new byte[1000]);
            }
        }

        var segments = Directory.GetFiles(_folder.Path, "*.segment").Order(StringComparer.Ordinal).ToArray();
        File.Delete(segments[2]);
        using (var journal = Open(options))
        {
            Assert.Equal([(JournalDamage.Missing, 1)], Damage(journal));
            Assert.InRange(journal.Recovery.Lost, 50, 70);
            Assert.Equal(400 - journal.Recovery.Lost, journal.Recovery.Records);
            Assert.Equal(journal.Recovery.Records, journal.ReadAll().Count);
        }

        using var again = Open(options);
        Assert.Empty(again.Recovery.Damage);
        Assert.Equal(0, again.Recovery.Lost);
    }

    [Fact]
    public void Damage_ThatComesWhileTheJournalIsOpen_IsSkippedByTheReader_AndCounted()
    {
        using var journal = Open();
        for (var n = 1UL; n <= 5; n++)
        {
            journal.Append(3, Content.Of(n, 100));
        }

        var path = JournalBench.Segment(_folder.Path);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Position = JournalFormat.SegmentHeader + JournalFormat.RecordHeader - 1;
            file.WriteByte(0x5A);
        }

        using var reader = journal.OpenReader();
        Assert.Equal([2, 3, 4, 5], reader.ReadOn().Select(record => record.Sequence));
        Assert.Equal((4, 1), (journal.Statistics.Records, journal.Statistics.Lost));
    }

    [Fact]
    public void Acknowledgements_WithTheNewestSlotSpoiled_AreThoseOfTheOneBefore_AndWithAll_EverythingComesAgain()
    {
        using (var journal = Open())
        {
            for (var n = 1UL; n <= 200; n++)
            {
                journal.Append(3, Content.Of(n, 40));
            }

            for (var n = 1UL; n <= 199; n++)
            {
                journal.Acknowledge(n);
            }
        }

        var path = _folder.At("acknowledged");
        var bytes = File.ReadAllBytes(path);
        Assert.Equal(3 * 4096, bytes.Length);
        foreach (var slot in new[] { 0, 1, 2 })
        {
            var spoiled = bytes.ToArray();
            spoiled[(slot * 4096) + 17] ^= 1;
            File.WriteAllBytes(path, spoiled);
            using var copy = Open();
            Assert.InRange(copy.Recovery.Records, 1, 1 + 63);
            Assert.Empty(copy.Recovery.Damage);
            File.WriteAllBytes(path, bytes);
        }

        File.WriteAllBytes(path, new byte[bytes.Length]);
        using var all = Open();
        Assert.Equal(200, all.Recovery.Records);
        Assert.Equal([(JournalDamage.Acknowledgements, 1)], Damage(all));
    }

    [Fact]
    public void FilesThatAreNotSegments_AreLeftAlone()
    {
        foreach (var name in new[] { "readme.txt", "zzzzzzzzzzzzzzzz.segment", "ffffffffffffffff.segment", "0000000000000000.segment", "1.segment" })
        {
            File.WriteAllText(_folder.At(name), "not ours");
        }

        using (var journal = Open())
        {
            Assert.Empty(journal.Recovery.Damage);
            Assert.Equal(1UL, journal.Append(1, [1]).Sequence);
        }

        Assert.Equal(7, Directory.GetFiles(_folder.Path).Length);
    }

    private Journal Open(JournalOptions? options = null) => JournalBench.Open(_folder.Path, options, new UnsyncedFileSystem(DiskFileSystem.Instance));

    private static List<(JournalDamage, long)> Damage(Journal journal) => [.. journal.Recovery.Damage.Select(pair => (pair.Key, pair.Value))];

    private static List<Written> Read(Journal journal) => [.. journal.ReadAll().Select(record => new Written(record.Sequence, Convert.ToHexString(record.Payload)))];

    private (string Path, byte[] Bytes, List<int> Ends) Write(int count, int most)
    {
        var ends = new List<int>();
        using (var journal = Open())
        {
            for (var n = 1UL; n <= (ulong)count; n++)
            {
                journal.Append(3, Content.Of(n, most));
                ends.Add((int)new FileInfo(JournalBench.Segment(_folder.Path)).Length);
            }
        }

        _most = most;
        var path = JournalBench.Segment(_folder.Path);
        return (path, File.ReadAllBytes(path), ends);
    }

    private List<Written> Expected(ulong first, int count) =>
        [.. Enumerable.Range(0, count).Select(n => new Written(first + (ulong)n, Convert.ToHexString(Content.Of(first + (ulong)n, _most))))];

    private void Clear()
    {
        foreach (var file in Directory.GetFiles(_folder.Path))
        {
            File.Delete(file);
        }
    }

    private sealed record Written(ulong Sequence, string Payload);
}
