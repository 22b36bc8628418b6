using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MtlSplit.IoT.Cli.Samples;
using MtlSplit.IoT.Cli.Terminal;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.SampleStore;
using MtlSplit.IoT.SampleStore.Labelling;
using MtlSplit.IoT.SampleStore.Queries;
using MtlSplit.IoT.SampleStore.Sampling;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Labels;

/// <summary><c>mtlsplit labels queue</c>: what to label next.</summary>
internal static class QueueCommand
{
    public const string Example = "mtlsplit labels queue --data data --task object_size --count 200 --format csv";

    public static Command Create()
    {
        var defaults = new QueueFilter { Task = "" };
        var data = SamplesCommand.DataOption();
        var task = new Option<string>("--task") { HelpName = "TASK", Description = "The task to label.", Required = true };
        var fleet = new Option<string?>("--fleet") { HelpName = "FLEET", Description = "Only this fleet." };
        var stream = new Option<StreamKind>("--stream") { Description = "The need stream is ranked; the uniform stream, whose labels say how good heads are, is in random order.", DefaultValueFactory = _ => StreamKind.Need };
        var count = new Option<int>("--count") { HelpName = "N", Description = "Frames at most.", DefaultValueFactory = _ => defaults.Count };
        var perBlock = new Option<int>("--per-block") { HelpName = "N", Description = "Frames at most of one vehicle and block of time, since they resemble each other.", DefaultValueFactory = _ => defaults.PerBlock };
        var block = new Option<string>("--block") { HelpName = "TIME", Description = "How long a block is: 500ms, 10s, 5m.", DefaultValueFactory = _ => "10s" };
        var models = new Option<string>("--models") { HelpName = "DIR", Description = "The folder of bundles, for the names of classes.", DefaultValueFactory = _ => "models" };
        var format = new Option<QueueFormat>("--format") { Description = "A table, CSV whose column class is to be filled in and given to 'mtlsplit labels import', or JSON.", DefaultValueFactory = _ => QueueFormat.Table };
        var json = new Option<bool>("--json") { Description = "Print JSON: the same as --format json." };
        task.Refuse(v => BusName.IsValid(v) ? null : new BusNameException("task", v).Message);
        fleet.Refuse(v => v is null || BusName.IsValid(v) ? null : new BusNameException("fleet", v).Message);
        count.Refuse(v => v is >= 1 and <= 1_000_000 ? null : $"--count: {v} is not between 1 and 1000000.");
        perBlock.Refuse(v => v is >= 1 and <= 1_000_000 ? null : $"--per-block: {v} is not between 1 and 1000000.");
        block.Refuse(v => Delay.TryParse(v ?? "", out var time) && time > TimeSpan.Zero ? null : $"--block: '{v}' is not a time such as 500ms, 10s or 5m, at most an hour.");
        var command = new Command(
            "queue",
            "Rank frames by what their labels would teach. The score is the mean of three parts between 0 and 1: a low margin between the two most probable classes, disagreement between head versions, and how rare the predicted class is.")
        {
            data, task, fleet, stream, count, perBlock, block, models, format, json,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(data)!,
            parsed.GetValue(models)!,
            new QueueFilter
            {
                Task = parsed.GetValue(task)!,
                Fleet = parsed.GetValue(fleet),
                Stream = parsed.GetValue(stream),
                Count = parsed.GetValue(count),
                PerBlock = parsed.GetValue(perBlock),
                Block = Delay.TryParse(parsed.GetValue(block)!, out var time) ? time : defaults.Block,
            },
            parsed.GetValue(json) ? QueueFormat.Json : parsed.GetValue(format)));
        return command.WithExamples("mtlsplit labels queue --data data --task object_size", Example, "mtlsplit labels queue --data data --task object_size --per-block 1 --block 1m --json");
    }

    private static int Run(string data, string models, QueueFilter filter, QueueFormat format)
    {
        try
        {
            using var reader = SampleReader.Open(data);
            var seeds = BundleCatalog.Load(models);
            var queue = LabelRanking.Rank(reader, fleet => new HeadStore(data, fleet, seeds), filter);
            switch (format)
            {
                case QueueFormat.Json:
                    Console.WriteLine(JsonSerializer.Serialize(queue, LabelsJson.Default.IReadOnlyListQueuedFrame));
                    break;
                case QueueFormat.Csv:
                    ShowCsv(queue);
                    break;
                default:
                    ShowTable(queue);
                    break;
            }

            return ExitCode.Done;
        }
        catch (Exception e) when (e is SampleStoreException or HeadException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static void ShowCsv(IReadOnlyList<QueuedFrame> queue)
    {
        Console.WriteLine("frame,vehicle,task,class,predicted,score,margin,disagreement,rarity,captured_at,contract,head_version");
        foreach (var q in queue)
        {
            Console.WriteLine(string.Join(
                ',',
                new[] { q.Frame, q.Vehicle, q.Task, "", q.Predicted, Share(q.Score), Share(q.Margin), Share(q.Disagreement), Share(q.Rarity), Time(q.CapturedAt), q.Contract, q.HeadVersion }.Select(SampleStore.LabelFiles.LabelFile.CsvField)));
        }
    }

    private static void ShowTable(IReadOnlyList<QueuedFrame> queue)
    {
        var table = new Table().AddColumns("score", "margin", "disagreement", "rarity", "predicted", "vehicle", "frame", "captured");
        foreach (var q in queue)
        {
            string[] cells = [Share(q.Score), Share(q.Margin), Share(q.Disagreement), Share(q.Rarity), q.Predicted, q.Vehicle, q.Frame, Time(q.CapturedAt)];
            table.AddRow(cells.Select(c => new Text(c)));
        }

        Screen.Create().Write(table);
        Console.WriteLine($"{queue.Count} frames");
    }

    private static string Share(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
