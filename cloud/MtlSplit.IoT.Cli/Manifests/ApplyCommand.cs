using System.CommandLine;
using MtlSplit.IoT.Cli.Hubs;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Manifests;

/// <summary><c>mtlsplit manifest apply</c>: hands a manifest to the hub.</summary>
internal static class ApplyCommand
{
    public static Command Create()
    {
        var file = ManifestCommand.File("file");
        var device = new Option<string?>("--device") { HelpName = "ID", Description = "Give the content to this one device at once, instead of a deployment for those that its condition selects." };
        var command = new Command("apply", "Hand a manifest to the hub: as a deployment for the devices that its condition selects, or to one device. It is checked first.") { file, device };
        var hub = HubChoice.AddTo(command);
        command.SetAction((parsed, ct) => hub.RunAsync(parsed, (service, stop) => RunAsync(service, parsed.GetValue(file)!, parsed.GetValue(device), stop), ct));
        return command.WithExamples("mtlsplit manifest apply canary.json --hub-ca hub/ca.pem", "mtlsplit manifest apply deployment-manifests/base.json --device vehicle-7");
    }

    private static async Task<int> RunAsync(HubService service, string file, string? device, CancellationToken ct)
    {
        try
        {
            var manifest = ManifestFile.Read(file);
            if (device is not null)
            {
                await service.ApplyAsync(device, manifest.Content.ToJson(), ct);
                Console.WriteLine($"{device} has {file}");
                return ExitCode.Done;
            }

            if (manifest.Id is not { } id || manifest.TargetCondition is not { } condition)
            {
                throw new ManifestException(file, manifest.Id is null ? "id" : "targetCondition", "is missing; a deployment has both (or give --device)");
            }

            await service.CreateConfigurationAsync(id, manifest.Priority, condition, manifest.Document["labels"]?.DeepClone(), manifest.Content.ToJson(), ct);
            Console.WriteLine($"{id}, priority {manifest.Priority}, for {condition}");
            return ExitCode.Done;
        }
        catch (ManifestException e)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }
}
