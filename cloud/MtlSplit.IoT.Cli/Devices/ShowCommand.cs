using System.CommandLine;
using MtlSplit.IoT.Cli.Hubs;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Devices;

/// <summary><c>mtlsplit device show</c>.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var id = DeviceCommand.Id();
        var json = DeviceCommand.Json("Print it as JSON.");
        var command = new Command("show", "Show a device: its tags, the deployments in force on it, and, where asked for, its connection string.") { id, json };
        var secret = DeviceSecret.AddTo(command);
        var hub = HubChoice.AddTo(command);
        command.SetAction((parsed, ct) => hub.RunAsync(
            parsed,
            async (service, stop) =>
            {
                var device = DeviceRow.Of(await service.GetTwinAsync(parsed.GetValue(id)!, stop));
                if (secret.IsWanted(parsed))
                {
                    device = device with { ConnectionString = await secret.HandOutAsync(parsed, service, await service.GetDeviceAsync(device.Id, stop), stop) };
                }

                Report(device, parsed.GetValue(json));
                return ExitCode.Done;
            },
            ct));
        return command.WithExamples("mtlsplit device show vehicle-7", "mtlsplit device show vehicle-7 --connection-file data/vehicle-7.connection");
    }

    private static void Report(DeviceRow device, bool json)
    {
        if (json)
        {
            Console.WriteLine(device.ToJson());
            return;
        }

        Console.WriteLine($"{device.Id}, {(device.Edge ? "an edge device" : "a leaf device")}, {(device.Enabled ? "enabled" : "disabled")}, {(device.Connected ? "connected" : "not connected")}");
        Console.WriteLine($"tags: {(device.Tags.Count > 0 ? device.TagText() : "none")}");
        Console.WriteLine($"deployments: {(device.Deployments.Length > 0 ? string.Join(", ", device.Deployments) : "none")}");
        if (device.ConnectionString is { } text)
        {
            Console.WriteLine(text);
        }
    }
}
