using System.CommandLine;
using System.Text.Json;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary><c>mtlsplit registry deliver</c>: sends the events that wait.</summary>
internal static class DeliverCommand
{
    public static Command Create()
    {
        var data = RegistryCommand.DataOption();
        var json = RegistryCommand.JsonOption("Print one JSON object a receiver, a line each.");
        var command = new Command(
            "deliver",
            "Send the events that wait because somebody was away. Whoever changes the registry sends its events itself; this is for what was left. Receivers are set in registry/settings.json of the data folder.\n\n"
            + "Exit codes: 0 nothing waits any more, 1 something does, 2 wrong usage.")
        {
            data, json,
        };
        command.Does(async (parsed, ct) =>
        {
            Quarantine.QuarantineCommand.Check(parsed.GetValue(data)!);
            await using var announcer = RegistryCommand.OpenAnnouncer(parsed.GetValue(data)!);
            var reports = await RegistryCommand.DeliverAsync(announcer, ct);
            foreach (var report in reports)
            {
                Console.WriteLine(parsed.GetValue(json)
                    ? JsonSerializer.Serialize(report, RegistryJson.Default.DeliveryReport)
                    : $"{report.Receiver}: {report.Sent} sent, {report.Refused} refused, {report.Waiting} wait, {report.Dropped} were dropped");
            }

            return reports.All(report => report.Waiting == 0) ? ExitCode.Done : ExitCode.Failed;
        });
        return command.WithExamples("mtlsplit registry deliver --data data");
    }
}
