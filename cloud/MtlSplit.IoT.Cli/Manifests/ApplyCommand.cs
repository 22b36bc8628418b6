using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.Cli.Manifests;

/// <summary><c>mtlsplit manifest apply</c>: hands a manifest to the hub.</summary>
internal static class ApplyCommand
{
    /// <summary>The environment variable that holds the hub's connection string, so that no key stands in a command line.</summary>
    public const string Variable = "MTLSPLIT_HUB";

    public static Command Create()
    {
        var file = ManifestCommand.File("file");
        var hub = new Option<string?>("--hub") { HelpName = "CONNECTION", Description = $"The hub's connection string, of a policy that may write the registry; {Variable} in the environment unless set." };
        var ca = new Option<string?>("--hub-ca") { HelpName = "FILE", Description = "Authorities that may have signed the hub's certificate, PEM; the machine's own unless set." };
        var device = new Option<string?>("--device") { HelpName = "ID", Description = "Give the content to this one device at once, instead of a deployment for those that its condition selects." };
        var command = new Command("apply", "Hand a manifest to the hub: as a deployment for the devices that its condition selects, or to one device. It is checked first.") { file, hub, ca, device };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(hub) ?? Environment.GetEnvironmentVariable(Variable), parsed.GetValue(ca), parsed.GetValue(device), ct));
        return command.WithExamples("mtlsplit manifest apply canary.json --hub-ca hub/ca.pem", "mtlsplit manifest apply deployment-manifests/base.json --device vehicle-7");
    }

    private static async Task<int> RunAsync(string file, string? hub, string? ca, string? device, CancellationToken ct)
    {
        if (hub is null)
        {
            return await CommandLine.RefuseAsync($"no hub: give --hub, or set {Variable} to its connection string.");
        }

        using var signals = new StopSignals(ct);
        try
        {
            var manifest = ManifestFile.Read(file);
            using var service = new HubService(HubConnectionString.Parse(hub), ca, TimeProvider.System);
            if (device is not null)
            {
                await service.ApplyAsync(device, manifest.Content.ToJson(), signals.Token);
                Console.WriteLine($"{device} has {file}");
                return ExitCode.Done;
            }

            if (manifest.Id is not { } id || manifest.TargetCondition is not { } condition)
            {
                throw new ManifestException(file, manifest.Id is null ? "id" : "targetCondition", "is missing; a deployment has both (or give --device)");
            }

            await service.CreateConfigurationAsync(id, manifest.Priority, condition, manifest.Document["labels"]?.DeepClone(), manifest.Content.ToJson(), signals.Token);
            Console.WriteLine($"{id}, priority {manifest.Priority}, for {condition}");
            return ExitCode.Done;
        }
        catch (HubFormatException e)
        {
            return await CommandLine.RefuseAsync($"--hub: {e.Message}");
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("stopped; look into the hub whether it had arrived");
        }
        catch (Exception e) when (e is ManifestException or HubServiceException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
        }

        return ExitCode.Failed;
    }
}
