using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MtlSplit.IoT.Cli.Terminal;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Registry;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary><c>mtlsplit registry list</c>.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var kind = new Argument<ListKind>("kind") { HelpName = "heads|runs|bundles|aliases", Description = "What to list.", DefaultValueFactory = _ => ListKind.Heads };
        var data = RegistryCommand.DataOption();
        var task = RegistryCommand.TaskOption();
        var contract = RegistryCommand.ContractOption();
        var json = RegistryCommand.JsonOption("Print one JSON object a line.");
        var command = new Command("list", "List heads with what they are to which fleet, or runs with what the gate said, bundles, or aliases. Documents that do not read are named and left out.") { kind, data, task, contract, json };
        command.Does(parsed => Run(parsed.GetValue(kind), parsed.GetValue(data)!, parsed.GetValue(task), parsed.GetValue(contract), parsed.GetValue(json)));
        return command.WithExamples(
            "mtlsplit registry list --data data",
            "mtlsplit registry list runs --data data --task object_size",
            "mtlsplit registry list aliases --data data --json");
    }

    private static int Run(ListKind kind, string data, string? task, string? contract, bool json)
    {
        var registry = RegistryCommand.Open(data);
        var digits = contract?.StartsWith("fc-", StringComparison.Ordinal) == true ? contract[3..] : contract ?? "";
        bool Fits(string ofTask, string ofContract) => (task is null || ofTask == task) && ofContract.StartsWith(digits, StringComparison.Ordinal);
        switch (kind)
        {
            case ListKind.Runs:
                Print(
                    [.. registry.Runs(RegistryCommand.Complain).Select(RunRow.Of).Where(row => Fits(row.Task, row.Contract))], json, RegistryJson.Default.RunRow, "run", ["run", "task", "when", "fleet", "gate", "head", "reason"],
                    row => [row.Id[..12], row.Task, row.At, row.Fleet, row.Decision, row.Head ?? "", row.Reason]);
                break;
            case ListKind.Bundles:
                Print(
                    [.. registry.Bundles().Select(BundleRow.Of).Where(row => (task is null || row.Tasks.Contains(task)) && Fits(task ?? "", row.Contract))], json, RegistryJson.Default.BundleRow, "bundle", ["bundle", "model", "release", "contract", "when", "tasks"],
                    row => [row.Digest[..12], row.Model, row.Release.ToString(CultureInfo.InvariantCulture), Short(row.Contract), row.At, string.Join(", ", row.Tasks)]);
                break;
            case ListKind.Aliases:
                Print(
                    [.. AliasRows.Read(registry).Select(pair => AliasRow.Of(pair.Record)).Where(row => Fits(row.Task, row.Contract))], json, RegistryJson.Default.AliasRow, "alias", ["fleet", "task", "contract", "production", "previous", "shadow", "since", "by", "why"],
                    row => [row.Fleet, row.Task, Short(row.Contract), row.Production ?? "", row.Previous ?? "", row.Shadow ?? "", row.At, row.By, row.Why]);
                break;
            default:
                ListHeads(registry, json, Fits);
                break;
        }

        return ExitCode.Done;
    }

    private static void ListHeads(ModelRegistry registry, bool json, Func<string, string, bool> fits)
    {
        var aliases = AliasRows.Read(registry);
        Print(
            [.. registry.Heads(RegistryCommand.Complain).Select(head => HeadRow.Of(head, aliases)).Where(row => fits(row.Task, row.Contract))], json, RegistryJson.Default.HeadRow, "head", ["head", "task", "contract", "when", "gate", "accuracy", "from", "is"],
            row => [row.Version, row.Task, Short(row.Contract), row.At, row.Gate ?? "", row.Accuracy?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "", row.Parent ?? "", string.Join(", ", row.Aliases)]);
    }

    private static void Print<T>(IReadOnlyList<T> rows, bool json, JsonTypeInfo<T> type, string name, string[] columns, Func<T, string[]> cells)
    {
        if (json)
        {
            foreach (var row in rows)
            {
                Console.WriteLine(JsonSerializer.Serialize(row, type));
            }

            return;
        }

        if (rows.Count > 0)
        {
            var table = new Table();
            Array.ForEach(columns, column => table.AddColumn(column));
            foreach (var row in rows)
            {
                // Text and no markup: markup turns ":man:" in a reason into a picture.
                table.AddRow(cells(row).Select(cell => new Text(cell)));
            }

            Screen.Create().Write(table);
        }

        Console.WriteLine(rows.Count == 1 ? $"1 {name}" : $"{rows.Count} {name}{(name.EndsWith('s') ? "es" : "s")}");
    }

    private static string Short(string contract) => $"fc-{contract[..12]}";
}
