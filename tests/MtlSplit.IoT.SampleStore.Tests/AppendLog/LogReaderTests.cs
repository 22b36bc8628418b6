using MtlSplit.IoT.SampleStore.AppendLog;
using Xunit;

namespace MtlSplit.IoT.SampleStore.Tests.AppendLog;

public sealed class LogReaderTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Segment_CutAtEveryByte_GivesEveryWholeRecordAndNothingElse()
    {
        var (bytes, ends) = WriteSegment(3);
        var path = Path.Combine(_data.Path, "cut.log");
        for (var length = 0; length <= bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);

            var records = Read(path, out var scan);

            var whole = ends.Count(e => e <= length);
            Assert.Equal(whole, records.Count);
            Assert.Equal(length - (whole == 0 ? 0 : ends[whole - 1]), scan.SkippedBytes);
        }
    }

    [Fact]
    public void Segment_WithAnyByteChanged_LosesOnlyTheRecordThatHeldIt()
    {
        var (bytes, ends) = WriteSegment(3);
        var path = Path.Combine(_data.Path, "flipped.log");
        for (var at = 0; at < bytes.Length; at++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[at] ^= 0x5A;
            File.WriteAllBytes(path, damaged);

            var records = Read(path, out var scan);

            var lost = ends.FindIndex(e => at < e);
            Assert.Equal(2, records.Count);
            Assert.Equal(Enumerable.Range(0, 3).Where(i => i != lost).Select(i => (long)i), records.Select(r => r.ReceivedAt));
            Assert.Equal(ends[lost] - (lost == 0 ? 0 : ends[lost - 1]), scan.SkippedBytes);
        }
    }

    [Fact]
    public void Record_ThatClaimsAnAbsurdLength_IsSkippedWithoutAllocatingIt()
    {
        var (bytes, _) = WriteSegment(1);
        var path = Path.Combine(_data.Path, "absurd.log");
        File.WriteAllBytes(path, [.. "SMP1"u8, 0xFF, 0xFF, 0xFF, 0x7F, .. new byte[8], .. bytes]);

        var records = Read(path, out var scan);

        Assert.Single(records);
        Assert.Equal(16, scan.SkippedBytes);
    }

    private static List<LogRecord> Read(string path, out LogScan scan)
    {
        var records = new List<LogRecord>();
        scan = LogReader.Read(path, records.Add);
        Assert.Equal(records.Count, scan.Records);
        return records;
    }

    private (byte[] Bytes, List<int> Ends) WriteSegment(int count)
    {
        var folder = new SampleFolder(_data.Path);
        var ends = new List<int>();
        using (var writer = new LogWriter(folder, 0))
        {
            for (var i = 0; i < count; i++)
            {
                writer.Add(Messages.FeatureRecord((ulong)i) with { ReceivedAt = i });
                ends.Add((int)writer.PendingBytes);
            }

            writer.Commit();
        }

        return (File.ReadAllBytes(folder.SegmentPath(0)), ends);
    }
}
