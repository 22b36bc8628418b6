using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Manifests;

/// <summary><c>mtlsplit manifest validate</c>: whether manifests may be handed in.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("file") { HelpName = "FILE...", Description = "Manifests, JSON.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("validate", "Check manifests as the hub and the modules would read them. Unknown fields, and fields that do not apply, are faults; each is named with its path. Exit code 1 where one cannot be used.") { files };
        command.SetAction(parsed => Run(parsed.GetValue(files)!));
        return command.WithExamples("mtlsplit manifest validate deployment-manifests/base.json deployment-manifests/backbone.canary.json");
    }

    private static int Run(string[] files)
    {
        var faults = 0;
        foreach (var file in files)
        {
            try
            {
                var manifest = ManifestFile.Read(file);
                Console.WriteLine($"{file}: {(manifest.Content.IsLayered ? "layer" : "base")}, modules {string.Join(", ", manifest.Content.Modules.Keys)}");
            }
            catch (ManifestException e)
            {
                faults++;
                Console.Error.WriteLine($"error: {e.Message}");
            }
        }

        return faults == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
