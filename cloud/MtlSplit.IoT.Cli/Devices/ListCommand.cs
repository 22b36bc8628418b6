using System.CommandLine;
using MtlSplit.IoT.Cli.Hubs;
using MtlSplit.IoT.Cli.Terminal;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Devices;

/// <summary><c>mtlsplit device list</c>.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var tags = DeviceTags.Option("Only devices with this tag, or, where the value is empty, without it; as often as you like.");
        var json = DeviceCommand.Json("Print one JSON object a line.");
        var command = new Command("list", "List devices, by id.") { tags, json };
        var hub = HubChoice.AddTo(command);
        command.SetAction((parsed, ct) => hub.RunAsync(parsed, (service, stop) => RunAsync(service, parsed.GetValue(tags)!, parsed.GetValue(json), stop), ct));
        return command.WithExamples("mtlsplit device list", "mtlsplit device list --tag ring=canary --json");
    }

    private static async Task<int> RunAsync(HubService service, string[] tags, bool json, CancellationToken ct)
    {
        List<DeviceRow> devices = [];
        await foreach (var twin in service.QueryAsync(tags.Length == 0 ? "SELECT * FROM devices" : $"SELECT * FROM devices WHERE {DeviceTags.ToCondition(tags)}", ct))
        {
            devices.Add(DeviceRow.Of(twin));
        }

        devices.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
        if (json)
        {
            devices.ForEach(device => Console.WriteLine(device.ToJson()));
            return ExitCode.Done;
        }

        if (devices.Count > 0)
        {
            var table = new Table().AddColumn("device", column => column.NoWrap()).AddColumns("kind", "state", "tags", "deployments");
            foreach (var device in devices)
            {
                var state = !device.Enabled ? "disabled" : device.Connected ? "connected" : "";
                // Text and no markup: tags are anybody's words.
                table.AddRow(((string[])[device.Id, device.Edge ? "edge" : "leaf", state, device.TagText(), string.Join(", ", device.Deployments)]).Select(cell => new Text(cell)));
            }

            Screen.Create().Write(table);
        }

        Console.WriteLine(devices.Count == 1 ? "1 device" : $"{devices.Count} devices");
        return ExitCode.Done;
    }
}
