using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MtlSplit.IoT.Cli.Samples;
using MtlSplit.IoT.Cli.Terminal;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.SampleStore;
using MtlSplit.IoT.SampleStore.Labelling;
using MtlSplit.IoT.SampleStore.Queries;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Labels;

/// <summary><c>mtlsplit labels conflicts</c>: frames that sources contradict each other about.</summary>
internal static class ConflictsCommand
{
    public const string Example = "mtlsplit labels conflicts --data data --task object_size";

    public static Command Create()
    {
        var data = SamplesCommand.DataOption();
        var fleet = new Option<string?>("--fleet") { HelpName = "FLEET", Description = "Only this fleet." };
        var task = new Option<string?>("--task") { HelpName = "TASK", Description = "Only this task." };
        var sources = LabelsCommand.SourcesOption();
        var limit = new Option<int>("--limit") { HelpName = "N", Description = "Frames shown at most, those labelled last.", DefaultValueFactory = _ => new ConflictFilter().Newest };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        limit.Refuse(v => v is >= 1 and <= 1_000_000 ? null : $"--limit: {v} is not between 1 and 1000000.");
        var command = new Command(
            "conflicts",
            "List frames that sources name different classes for. Of one source its last label counts. Between sources the first of --sources does; without one, no class does, and training and gates leave the frame out until the sources agree.")
        {
            data, fleet, task, sources, limit, json,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(data)!,
            new ConflictFilter { Fleet = parsed.GetValue(fleet), Task = parsed.GetValue(task), Sources = parsed.GetValue(sources) ?? [], Newest = parsed.GetValue(limit) },
            parsed.GetValue(json)));
        return command.WithExamples(Example, "mtlsplit labels conflicts --data data --sources alice vendor-7 --json");
    }

    private static int Run(string data, ConflictFilter filter, bool json)
    {
        try
        {
            using var reader = SampleReader.Open(data);
            var conflicts = reader.Conflicts(filter);
            if (json)
            {
                Console.WriteLine(JsonSerializer.Serialize(conflicts, LabelsJson.Default.IReadOnlyListLabelConflict));
            }
            else
            {
                Show(conflicts, filter);
            }

            return ExitCode.Done;
        }
        catch (SampleStoreException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static void Show(IReadOnlyList<LabelConflict> conflicts, ConflictFilter filter)
    {
        var table = new Table().AddColumns("fleet", "vehicle", "frame", "task", "source", "class", "labelled", "used");
        foreach (var conflict in conflicts)
        {
            foreach (var said in conflict.Said)
            {
                string[] cells =
                [
                    conflict.Fleet, conflict.Vehicle, conflict.Frame, conflict.Task, said.Source, said.Class,
                    said.LabelledAt.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), conflict.Used ?? "none",
                ];
                table.AddRow(cells.Select(c => new Text(c)));
            }
        }

        Screen.Create().Write(table);
        Console.WriteLine($"{conflicts.Count} frames{(conflicts.Count == filter.Newest ? "; --limit shows more" : "")}");
    }
}
