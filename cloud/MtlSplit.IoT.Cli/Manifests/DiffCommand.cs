using System.CommandLine;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Cli.Terminal;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Manifests;

/// <summary><c>mtlsplit manifest diff</c>: what a deployment would change.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var before = ManifestCommand.File("before");
        var after = ManifestCommand.File("after");
        var json = new Option<bool>("--json") { Description = "Print the differences as JSON: an array of path, before, after." };
        var command = new Command("diff", "Show what differs between two manifests, path by path. Both are checked first. Exit code 0 whether they differ or not.") { before, after, json };
        command.SetAction(parsed => Run(parsed.GetValue(before)!, parsed.GetValue(after)!, parsed.GetValue(json)));
        return command.WithExamples("mtlsplit manifest diff deployed.json canary.json");
    }

    private static int Run(string before, string after, bool json)
    {
        try
        {
            var changes = ManifestChange.Between(ManifestFile.Read(before).Document, ManifestFile.Read(after).Document);
            if (json)
            {
                var array = new JsonArray([.. changes.Select(change => new JsonObject { ["path"] = change.Path, ["before"] = change.Before, ["after"] = change.After })]);
                Console.WriteLine(array.ToJsonString(ManifestFile.Indented));
            }
            else if (changes.Count == 0)
            {
                Console.WriteLine("no difference");
            }
            else
            {
                Show(changes, Screen.Create());
            }

            return ExitCode.Done;
        }
        catch (ManifestException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static void Show(IReadOnlyList<ManifestChange> changes, IAnsiConsole console)
    {
        var table = new Table().AddColumns("path", "before", "after");
        foreach (var change in changes)
        {
            table.AddRow(new Text(change.Path), new Text(Short(change.Before)), new Text(Short(change.After)));
        }

        console.Write(table);
    }

    private static string Short(JsonNode? value)
    {
        var text = value?.ToJsonString(ManifestFile.Compact) ?? "-";
        return text.Length <= 60 ? text : text[..57] + "...";
    }
}
