using System.CommandLine;
using MtlSplit.IoT.Cli.Hubs;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Devices;

/// <summary><c>mtlsplit device delete</c>.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        var id = DeviceCommand.Id();
        var command = new Command("delete", "Remove a device with its modules, twins and keys. It is put out at once, and does not come back.") { id };
        var hub = HubChoice.AddTo(command);
        command.SetAction((parsed, ct) => hub.RunAsync(
            parsed,
            async (service, stop) =>
            {
                await service.DeleteDeviceAsync(parsed.GetValue(id)!, stop);
                Console.WriteLine($"{parsed.GetValue(id)} is removed");
                return ExitCode.Done;
            },
            ct));
        return command.WithExamples("mtlsplit device delete vehicle-7");
    }
}
