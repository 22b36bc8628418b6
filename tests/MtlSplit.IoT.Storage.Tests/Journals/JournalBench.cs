using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Storage.Journals;

namespace MtlSplit.IoT.Storage.Tests.Journals;

/// <summary>Journals in folders, on a clock that stands still.</summary>
internal static class JournalBench
{
    public static Journal Open(string folder, JournalOptions? options = null, IFileSystem? files = null, TimeProvider? time = null, Action<JournalRecord>? visit = null) =>
        Journal.Open(files ?? DiskFileSystem.Instance, folder, options ?? new JournalOptions(), time ?? new FakeTimeProvider(), visit);

    /// <summary>Everything that is to be read now.</summary>
    public static List<(ulong Sequence, byte Kind, byte[] Payload)> ReadAll(this Journal journal)
    {
        using var reader = journal.OpenReader();
        return reader.ReadOn();
    }

    /// <summary>Everything that is to be read on.</summary>
    public static List<(ulong Sequence, byte Kind, byte[] Payload)> ReadOn(this JournalReader reader, ulong before = ulong.MaxValue)
    {
        var records = new List<(ulong, byte, byte[])>();
        while (reader.TryRead(before, out var record))
        {
            records.Add((record.Sequence, record.Kind, record.Payload.ToArray()));
        }

        return records;
    }

    public static IEnumerable<ulong> Sequences(this Journal journal) => journal.ReadAll().Select(record => record.Sequence);

    /// <summary>The one segment in a folder.</summary>
    public static string Segment(string folder) => Xunit.Assert.Single(Directory.GetFiles(folder, "*.segment"));
}
