using System.CommandLine;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Keys;

/// <summary><c>mtlsplit keys create</c>.</summary>
internal static class CreateCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { HelpName = "NAME", Description = "The key's name: NAME.key.pem stays with whoever signs, NAME.pub.pem goes to the vehicles." };
        name.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: { Length: > 0 } text }] && !BusName.IsValid(text))
            {
                result.AddError($"NAME: '{text}' is no name: 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'.");
            }
        });
        var folder = new Option<string>("--out") { HelpName = "DIR", Description = "Where the two files go.", DefaultValueFactory = _ => "." };
        var json = new Option<bool>("--json") { Description = "Print the outcome as JSON." };
        var command = new Command("create", "Make a key pair: ECDSA on P-256, PEM. Files that exist are never overwritten; only their owner can read the private one.") { name, folder, json };
        command.SetAction(parsed => Run(parsed.GetValue(name)!, parsed.GetValue(folder)!, parsed.GetValue(json)));
        return command.WithExamples("mtlsplit keys create release --out keys");
    }

    private static int Run(string name, string folder, bool json)
    {
        try
        {
            var made = KeyPair.Make(name, folder);
            Console.WriteLine(json
                ? JsonSerializer.Serialize(made with { PrivateFile = Path.GetFullPath(made.PrivateFile), PublicFile = Path.GetFullPath(made.PublicFile) }, KeysJson.Default.KeyFiles)
                : $"key {made.Id}\n{made.PrivateFile} signs bundles; keep it where only the release process can read it\n{made.PublicFile} goes to the vehicles");
            return ExitCode.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }
}
