using System.CommandLine;
using MtlSplit.IoT.Cli.Hubs;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Devices;

/// <summary><c>mtlsplit device tag</c>.</summary>
internal static class TagCommand
{
    public static Command Create()
    {
        var id = DeviceCommand.Id();
        var tags = DeviceTags.Option("A tag; without a value it is taken away.");
        tags.Required = true;
        tags.DefaultValueFactory = null;
        var json = DeviceCommand.Json("Print the device as JSON.");
        var command = new Command("tag", "Set tags of a device, which moves it into the deployments that select them.") { id, tags, json };
        var hub = HubChoice.AddTo(command);
        command.SetAction((parsed, ct) => hub.RunAsync(
            parsed,
            async (service, stop) =>
            {
                var device = DeviceRow.Of(await service.SetTagsAsync(parsed.GetValue(id)!, DeviceTags.ToPatch(parsed.GetValue(tags)!), stop));
                Console.WriteLine(parsed.GetValue(json) ? device.ToJson() : $"{device.Id}: {(device.Tags.Count > 0 ? device.TagText() : "no tags")}");
                return ExitCode.Done;
            },
            ct));
        return command.WithExamples("mtlsplit device tag vehicle-7 --tag ring=early", "mtlsplit device tag vehicle-7 --tag ring=");
    }
}
