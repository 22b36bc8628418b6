using System.CommandLine;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Keys;

/// <summary><c>mtlsplit keys show</c>.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { HelpName = "FILE", Description = "A public or private key, PEM." };
        var json = new Option<bool>("--json") { Description = "Print it as JSON." };
        var command = new Command("show", "Show a key's id and its public part, never its private one.") { file, json };
        command.SetAction(parsed => Run(parsed.GetValue(file)!, parsed.GetValue(json)));
        return command.WithExamples("mtlsplit keys show keys/release.pub.pem", "mtlsplit keys show keys/release.key.pem --json");
    }

    private static int Run(string file, bool json)
    {
        try
        {
            var key = KeyInfo.Read(file);
            Console.WriteLine(json
                ? JsonSerializer.Serialize(key, KeysJson.Default.KeyInfo)
                : $"key {key.Id}, {(key.IsPrivate ? "private" : "public")}, ECDSA on P-256\n{key.PublicPem.TrimEnd()}");
            return ExitCode.Done;
        }
        catch (KeyException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }
}
