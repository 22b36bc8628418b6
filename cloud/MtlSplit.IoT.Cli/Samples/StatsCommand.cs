using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MtlSplit.IoT.Cli.Terminal;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.SampleStore;
using MtlSplit.IoT.SampleStore.Queries;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Samples;

/// <summary><c>mtlsplit samples stats</c>: what a store holds.</summary>
internal static class StatsCommand
{
    public static Command Create()
    {
        var data = SamplesCommand.DataOption();
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("stats", "Count features, predictions and labels. A recorder may be running.") { data, json };
        command.SetAction(parsed => Run(parsed.GetValue(data)!, parsed.GetValue(json)));
        return command.WithExamples("mtlsplit samples stats --data data", "mtlsplit samples stats --data data --json");
    }

    private static int Run(string data, bool json)
    {
        try
        {
            using var reader = SampleReader.Open(data);
            var statistics = reader.Statistics();
            if (json)
            {
                Console.WriteLine(JsonSerializer.Serialize(statistics, SamplesJson.Default.SampleStatistics));
            }
            else
            {
                Show(statistics);
            }

            return ExitCode.Done;
        }
        catch (SampleStoreException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static void Show(SampleStatistics statistics)
    {
        var contracts = new Table().AddColumns("fleet", "contract", "vehicles", "features", "bytes each", "first", "last");
        foreach (var c in statistics.Contracts)
        {
            contracts.AddRow(
                c.Fleet, "fc-" + c.Contract[..12] + (c.DescriptorKnown ? "" : " (no descriptor)"), Number(c.Vehicles), Number(c.Features),
                Number(c.EncodedBytes / Math.Max(1, c.Features)), Time(c.FirstCapture), Time(c.LastCapture));
        }

        var streams = new Table().AddColumns("fleet", "contract", "stream", "features", "labelled", "least probability", "stands for frames");
        foreach (var s in statistics.Streams)
        {
            streams.AddRow(
                s.Fleet, "fc-" + s.Contract[..12], s.Stream, Number(s.Features), Number(s.Labelled), s.LeastProbability.ToString("0.####", CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{s.EstimatedFrames:0} ± {1.96 * s.StandardError:0}"));
        }

        var tasks = new Table().AddColumns("fleet", "task", "labels", "labelled features", "labels without feature", "conflicts", "predictions", "labels per class");
        foreach (var t in statistics.Tasks)
        {
            tasks.AddRow(
                t.Fleet, t.Task, Number(t.Labels), Number(t.LabelledFeatures), Number(t.EarlyLabels), Number(t.Conflicts), Number(t.Predictions),
                Markup.Escape(string.Join(" ", t.Classes.Select(c => $"{c.Key}:{c.Value}"))));
        }

        Screen.Create().Write(contracts);
        Screen.Create().Write(streams);
        Screen.Create().Write(tasks);
        Console.WriteLine(
            $"{statistics.Files} files, {statistics.FileBytes} bytes; {statistics.LogSegments} log segments, {statistics.LogBytes} bytes; "
            + $"{statistics.RepeatsDropped} repeats dropped, {statistics.RowsNotSampled} features not sampled, {statistics.RowsExpired} rows expired, {statistics.RowsEvicted} rows evicted, {statistics.FilesDamaged} damaged files ({statistics.RowsDamaged} rows) left out, {statistics.BytesSkipped} damaged bytes skipped");
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
