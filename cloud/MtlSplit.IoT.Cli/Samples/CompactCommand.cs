using System.CommandLine;
using System.Text.Json;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.SampleStore;
using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Recording;

namespace MtlSplit.IoT.Cli.Samples;

/// <summary><c>mtlsplit samples compact</c>: a recorder's housekeeping where none runs.</summary>
internal static class CompactCommand
{
    public static Command Create()
    {
        var data = SamplesCommand.DataOption();
        var maxAge = new Option<string?>("--max-age") { HelpName = "TIME", Description = "Give up days that ended longer ago: 12h, 30d." };
        var maxBytes = new Option<long?>("--max-bytes") { HelpName = "BYTES", Description = "Disk that the Parquet files may take; above it the oldest day goes first." };
        var maxFleetBytes = new Option<long?>("--max-fleet-bytes") { HelpName = "BYTES", Description = "The same for each fleet by itself." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        maxAge.Refuse(v => v is null || RetentionAge.TryParse(v, out _) ? null : $"--max-age: '{v}' is not a time such as 12h or 30d, at most ten years.");
        maxBytes.Refuse(v => v is null or > 0 ? null : $"--max-bytes: {v} is not above zero.");
        maxFleetBytes.Refuse(v => v is null or > 0 ? null : $"--max-fleet-bytes: {v} is not above zero.");
        var command = new Command("compact", "Make Parquet of the log and of imported labels, merge small files, and give up what is too old or too much. A running recorder does all that by itself, and then this is refused.")
        {
            data, maxAge, maxBytes, maxFleetBytes, json,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(data)!,
            new StoreLimits
            {
                MaxBytes = parsed.GetValue(maxBytes) ?? long.MaxValue,
                MaxFleetBytes = parsed.GetValue(maxFleetBytes),
                MaxAge = parsed.GetValue(maxAge) is { } text && RetentionAge.TryParse(text, out var age) ? age : null,
            },
            parsed.GetValue(json)));
        return command.WithExamples("mtlsplit samples compact --data data", "mtlsplit samples compact --data data --max-age 90d --max-fleet-bytes 2000000000");
    }

    private static int Run(string data, StoreLimits limits, bool json)
    {
        try
        {
            var report = StoreCompaction.Run(data, limits, TimeProvider.System);
            Console.WriteLine(json
                ? JsonSerializer.Serialize(report, SamplesJson.Default.CompactionReport)
                : $"{report.SegmentsTaken} segments became Parquet; {report.FilesBefore} files are {report.Files} now, {report.Bytes} bytes; {report.RowsGivenUp} rows given up, {report.FilesDamaged} damaged files set aside");
            return ExitCode.Done;
        }
        catch (Exception e) when (e is SampleStoreException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }
}
