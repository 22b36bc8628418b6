using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MtlSplit.IoT.Cli.Terminal;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Quarantine;

/// <summary><c>mtlsplit quarantine list</c>.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var data = QuarantineCommand.DataOption();
        var task = QuarantineCommand.TaskOption();
        var all = new Option<bool>("--all") { Description = "Replayed ones too." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        var command = new Command("list", "List what lies in quarantine, oldest first. Consumers may be running.") { data, task, all, json };
        command.SetAction(parsed => Run(parsed.GetValue(data)!, parsed.GetValue(task), parsed.GetValue(all), parsed.GetValue(json)));
        return command.WithExamples("mtlsplit quarantine list --data data", "mtlsplit quarantine list --data data --task object_size --all --json");
    }

    private static int Run(string data, string? task, bool all, bool json)
    {
        var table = new Table()
            .AddColumn("task").AddColumn("id", column => column.NoWrap()).AddColumn("when", column => column.NoWrap())
            .AddColumns("reason", "bytes", "topic", "detail");
        var count = 0;
        try
        {
            foreach (var (name, log) in QuarantineCommand.Open(data, task))
            {
                using (log)
                {
                    foreach (var message in log.Read(QuarantineCommand.Complain).Where(message => all || !message.Replayed))
                    {
                        count++;
                        var row = QuarantineRow.Of(name, message);
                        if (json)
                        {
                            Console.WriteLine(JsonSerializer.Serialize(row, QuarantineJson.Default.QuarantineRow));
                        }
                        else
                        {
                            // Text and no markup, escaped or not: markup turns ":man:" in a message into a picture.
                            string[] cells = [name, row.Id, row.At, row.Reason + (row.Replayed ? " (replayed)" : ""), row.Bytes.ToString("N0", CultureInfo.InvariantCulture), row.Topic, row.Detail];
                            table.AddRow(cells.Select(cell => new Text(cell)));
                        }
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }

        if (!json)
        {
            if (count > 0)
            {
                Screen.Create().Write(table);
            }

            Console.WriteLine(count == 1 ? "1 message" : $"{count} messages");
        }

        return ExitCode.Done;
    }
}
