using System.CommandLine;
using System.Text.Json;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Registry;
using MtlSplit.IoT.Registry.Registering;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary><c>mtlsplit registry show</c>: the card of a head or a bundle, or what the gate said in a run.</summary>
internal static class ShowCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    public static Command Create()
    {
        var name = new Argument<string>("name") { HelpName = "NAME", Description = "A head's version or number, or the beginning of the digest of a head, a run or a bundle." };
        var data = RegistryCommand.DataOption();
        var task = RegistryCommand.TaskOption();
        var contract = RegistryCommand.ContractOption();
        var json = RegistryCommand.JsonOption("Print one JSON object.");
        var command = new Command("show", "Show the card of a head or a bundle, Markdown; or what the gate said in a run, also of a head that is collected.") { name, data, task, contract, json };
        command.Does(parsed => Run(RegistryCommand.Open(parsed.GetValue(data)!), parsed.GetValue(name)!, parsed.GetValue(task), parsed.GetValue(contract), parsed.GetValue(json)));
        return command.WithExamples("mtlsplit registry show h3-6084063e1026 --data data", "mtlsplit registry show 18 --task object_size --data data");
    }

    private static int Run(ModelRegistry registry, string name, string? task, string? contract, bool json)
    {
        try
        {
            Show(registry, registry.FindHead(name, contract, task), json);
        }
        catch (RegistryException e) when (e.Fault == RegistryFault.Unknown)
        {
            if ((registry.FindRunOf(name, contract, task) ?? registry.FindRun(name)) is { } run)
            {
                Show(registry, run, json);
            }
            else if (registry.FindBundle(name) is { } bundle)
            {
                Show(registry, bundle, json);
            }
            else
            {
                throw;
            }
        }

        return ExitCode.Done;
    }

    private static void Show(ModelRegistry registry, RegisteredHead head, bool json)
    {
        var card = registry.Card(head);
        if (json)
        {
            var run = head.Origin(RegisteredHead.Run) is { } id ? registry.FindRun(id) : null;
            var detail = new HeadDetail(HeadRow.Of(head, AliasRows.Read(registry)), head.Manifest, run is null ? null : RunRow.Of(run), card);
            Console.WriteLine(JsonSerializer.Serialize(detail, RegistryJson.Default.HeadDetail));
        }
        else
        {
            Console.Write(card);
        }
    }

    private static void Show(ModelRegistry registry, RegisteredRun run, bool json)
    {
        using var report = JsonDocument.Parse(registry.Report(run));
        var row = RunRow.Of(run);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new RunDetail(row, run.Manifest.Snapshot, registry.HasSnapshot(run), report.RootElement), RegistryJson.Default.RunDetail));
            return;
        }

        Console.WriteLine($"# Run {row.Id[..12]}, {row.Task} of fleet {row.Fleet}\n");
        Console.WriteLine($"{row.At}, from {run.Manifest.Parent}: {row.Decision}. {row.Reason}\n");
        Console.WriteLine($"- Head: {row.Head ?? "none came out"}");
        Console.WriteLine($"- Snapshot: `{run.Manifest.Snapshot[..12]}`, {run.Manifest.TrainingSamples:N0} frames to learn from, {run.Manifest.HeldOutSamples:N0} to compare on{(registry.HasSnapshot(run) ? "" : "; collected")}");
        Console.WriteLine($"- Seed {run.Manifest.Seed}, code {run.Manifest.Code}\n\n## Report\n\n```");
        Console.WriteLine(JsonSerializer.Serialize(report.RootElement, Indented));
        Console.WriteLine("```");
    }

    private static void Show(ModelRegistry registry, RegisteredBundle bundle, bool json)
    {
        var card = registry.Card(bundle);
        Console.WriteLine(json
            ? JsonSerializer.Serialize(new BundleDetail(BundleRow.Of(bundle), card), RegistryJson.Default.BundleDetail)
            : card ?? $"# {bundle.Manifest.Name}, release {bundle.Manifest.ReleaseCounter}\n\nBundle `{bundle.Digest}` brings no card.");
    }
}
