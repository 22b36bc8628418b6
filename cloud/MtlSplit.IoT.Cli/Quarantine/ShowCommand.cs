using System.CommandLine;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Messaging.Quarantine;

namespace MtlSplit.IoT.Cli.Quarantine;

/// <summary><c>mtlsplit quarantine show</c>.</summary>
internal static class ShowCommand
{
    private const int BytesShown = 256;

    public static Command Create()
    {
        var id = QuarantineCommand.IdArgument("The message, as list names it.");
        var data = QuarantineCommand.DataOption();
        var task = QuarantineCommand.TaskOption();
        var payload = new Option<string?>("--payload") { HelpName = "FILE", Description = "Write the payload into this file." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object, with the whole payload in base64." };
        var command = new Command("show", "Show one quarantined message: why, from where, and its first bytes.") { id, data, task, payload, json };
        command.SetAction(parsed => Run(parsed.GetValue(id)!, parsed.GetValue(data)!, parsed.GetValue(task), parsed.GetValue(payload), parsed.GetValue(json)));
        return command.WithExamples(
            "mtlsplit quarantine show 000649a3c2f1b000.0 --data data",
            "mtlsplit quarantine show 000649a3c2f1b000.0 --data data --payload feature.bin",
            "mtlsplit quarantine show 000649a3c2f1b000.0 --data data --json");
    }

    private static int Run(string text, string data, string? task, string? payload, bool json)
    {
        if (!QuarantineId.TryParse(text, out var id))
        {
            Console.Error.WriteLine($"error: '{text}' is not an id; 'mtlsplit quarantine list' shows them.");
            return ExitCode.BadUsage;
        }

        try
        {
            foreach (var (name, log) in QuarantineCommand.Open(data, task))
            {
                using (log)
                {
                    if (log.Find(id) is { } message)
                    {
                        if (json)
                        {
                            Console.WriteLine(JsonSerializer.Serialize(QuarantineDetail.Of(name, message), QuarantineJson.Default.QuarantineDetail));
                        }
                        else
                        {
                            Show(QuarantineRow.Of(name, message), message.Entry);
                        }

                        if (payload is not null)
                        {
                            File.WriteAllBytes(payload, message.Entry.Payload.ToArray());
                        }

                        return ExitCode.Done;
                    }
                }
            }

            Console.Error.WriteLine($"error: there is no {id} in {Path.GetFullPath(data)}{(task is null ? "" : $" for task {task}")}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
        }

        return ExitCode.Failed;
    }

    private static void Show(QuarantineRow row, QuarantineEntry entry)
    {
        Console.WriteLine($"task      {row.Task}");
        Console.WriteLine($"when      {row.At}{(row.Replayed ? ", replayed since" : "")}");
        Console.WriteLine($"reason    {row.Reason}: {row.Detail}");
        Console.WriteLine($"topic     {row.Topic}");
        foreach (var (name, value) in entry.UserProperties)
        {
            Console.WriteLine($"property  {name}: {value}");
        }

        if (FeatureMessage.TryRead(entry.Payload, out var feature, out var fault))
        {
            Console.WriteLine($"feature   frame {feature.Frame}, encoding {feature.Encoding}, {feature.Tensor.Length:N0} bytes of tensor");
        }
        else
        {
            Console.WriteLine($"feature   does not read: {fault}");
        }

        Console.WriteLine($"payload   {row.Bytes:N0} bytes");
        foreach (var line in entry.Payload.ToArray().Take(BytesShown).Chunk(32))
        {
            Console.WriteLine($"          {Convert.ToHexStringLower(line)}");
        }
    }
}
