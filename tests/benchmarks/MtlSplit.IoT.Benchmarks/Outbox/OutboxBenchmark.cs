using System.CommandLine;
using System.Diagnostics;
using MtlSplit.IoT.Benchmarks.Reporting;
using MtlSplit.IoT.Benchmarks.Timing;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Storage.Journals;

namespace MtlSplit.IoT.Benchmarks.Outbox;

/// <summary>The journal beneath the vehicle's outbox beside a plain file that is appended to and synced as often, and how long it takes to open.</summary>
internal static class OutboxBenchmark
{
    private const int FeatureBytes = 1400;
    private static readonly int[] Sizes = [600, 2560, 28 << 10];

    public static Command Command()
    {
        var folder = new Option<DirectoryInfo>("--folder") { Description = "Where to write; the disk that is measured.", DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()) };
        var syncEvery = new Option<int[]>("--sync-every") { Description = "Records per sync.", DefaultValueFactory = _ => [64], AllowMultipleArgumentsPerToken = true };
        var turns = new Option<int>("--turns") { Description = "Turns of each rival; the median counts.", DefaultValueFactory = _ => 9 };
        var records = new Option<int>("--records") { Description = "Stored features to recover.", DefaultValueFactory = _ => 100_000 };
        var json = Report.JsonOption();
        var command = new Command("outbox", "The outbox's journal against a plain file with the same syncs: records/s, ratio, CPU; time to recover.") { folder, syncEvery, turns, records, json };
        command.SetAction(async (arguments, _) =>
        {
            var top = Directory.CreateDirectory(Path.Combine(arguments.GetValue(folder)!.FullName, $"mtlsplit-outbox-{Environment.ProcessId}"));
            try
            {
                using var report = new Report("outbox", $"journal of {FeatureBytes} to {Sizes[^1]} B records", arguments.GetValue(json), Console.Out);
                foreach (var cadence in arguments.GetValue(syncEvery)!)
                {
                    await AppendAsync(top.FullName, cadence, arguments.GetValue(turns), report);
                }

                Recover(top.FullName, arguments.GetValue(records), arguments.GetValue(turns), report);
            }
            finally
            {
                top.Delete(recursive: true);
            }
        });
        return command.WithExamples(
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- outbox",
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- outbox --sync-every 1 16 64 256 --turns 21 --json");
    }

    private static async Task AppendAsync(string folder, int syncEvery, int turns, Report report)
    {
        report.Table(
            $"a sync every {syncEvery} records, median of {turns} turns",
            new("bytes", Width: 7),
            new("plain records/s", Width: 15),
            new("journal records/s", Width: 17),
            new("ours/plain", "F3", 10),
            new("journal MB/s", Width: 12),
            new("plain us cpu", "F1", 12),
            new("journal us cpu", "F1", 14),
            new("bytes/record", "F1", 12));
        foreach (var size in Sizes)
        {
            var payload = new byte[size];
            new Random(size).NextBytes(payload);

            // Long enough for several segments, short enough for a small disk.
            var count = (int)Math.Clamp((48L << 20) / size / syncEvery, 8, 64) * syncEvery;
            var results = await Turns.RunAsync(
                turns,
                () => Task.FromResult(PlainFile(Path.Combine(folder, "plain"), payload, count, syncEvery)),
                () => Task.FromResult(OurJournal(Path.Combine(folder, "journal"), payload, count, syncEvery)));
            var (plain, ours) = (results[0], results[1]);
            report.Row(size, plain.PerSecond, ours.PerSecond, ours.PerSecond / plain.PerSecond, ours.PerSecond * size / 1e6, plain.MicrosecondsEach, ours.MicrosecondsEach, ours.BytesEach);
        }
    }

    private static Throughput PlainFile(string path, byte[] payload, int count, int syncEvery)
    {
        using var file = DiskFileSystem.Instance.Open(path, FileOpening.Create);
        DiskFileSystem.Instance.SyncDirectory(Path.GetDirectoryName(path)!);
        var result = Measure(count, n =>
        {
            file.Write(payload, (long)n * payload.Length);
            if ((n + 1) % syncEvery == 0)
            {
                file.Sync();
            }
        });
        File.Delete(path);
        return result;
    }

    private static Throughput OurJournal(string folder, byte[] payload, int count, int syncEvery)
    {
        Throughput result;
        using (var journal = Journal.Open(DiskFileSystem.Instance, folder, new JournalOptions { MaxBytes = 512 << 20, SyncWindow = TimeSpan.FromHours(1) }, TimeProvider.System))
        {
            result = Measure(count, n =>
            {
                if (journal.Append(1, payload).Outcome != AppendOutcome.Appended || ((n + 1) % syncEvery == 0 && !journal.Sync()))
                {
                    throw new IOException(journal.LastFailure);
                }
            });
        }

        Directory.Delete(folder, recursive: true);
        return result;
    }

    private static Throughput Measure(int count, Action<int> append)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var busy = Environment.CpuUsage.TotalTime;
        var began = Stopwatch.GetTimestamp();
        for (var n = 0; n < count; n++)
        {
            append(n);
        }

        var elapsed = Stopwatch.GetElapsedTime(began);
        return new Throughput(count / elapsed.TotalSeconds, (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)count, (Environment.CpuUsage.TotalTime - busy).TotalMicroseconds / count);
    }

    private static void Recover(string folder, int records, int turns, Report report)
    {
        var path = Path.Combine(folder, "stored");
        var options = new JournalOptions { MaxBytes = Math.Max(JournalOptions.LeastMaxBytes, (long)records * FeatureBytes * 2) };
        var payload = new byte[FeatureBytes];
        new Random(7).NextBytes(payload);
        using (var journal = Journal.Open(DiskFileSystem.Instance, path, options, TimeProvider.System))
        {
            for (var n = 0; n < records; n++)
            {
                journal.Append(1, payload);
            }
        }

        var times = new List<double>();
        for (var turn = -1; turn < turns; turn++)
        {
            var began = Stopwatch.GetTimestamp();
            using var journal = Journal.Open(DiskFileSystem.Instance, path, options, TimeProvider.System);
            var elapsed = Stopwatch.GetElapsedTime(began);
            if (journal.Recovery.Records != records || journal.Recovery.Damage.Count > 0)
            {
                throw new InvalidOperationException($"{journal.Recovery.Records} of {records} records came back.");
            }

            if (turn >= 0)
            {
                times.Add(elapsed.TotalMilliseconds);
            }
        }

        times.Sort();
        report.Table($"opening a journal of stored features, every checksum checked, from the page cache, median of {turns} turns", new("features", Width: 9), new("MB", Width: 6), new("ms", "F1", 8));
        report.Row(records, records * (double)FeatureBytes / 1e6, times[times.Count / 2]);
    }
}
