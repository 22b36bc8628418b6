using System.CommandLine;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Archives;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Bundles;

/// <summary><c>mtlsplit bundle sign</c>: vouches for a bundle with a private key.</summary>
internal static class SignCommand
{
    public static Command Create()
    {
        var bundle = BundleCommand.BundleArgument();
        var key = BundleCommand.KeyOption(required: true);
        var json = new Option<bool>("--json") { Description = "Print the outcome as JSON." };
        var command = new Command("sign", "Sign a bundle: its model.json, and through the digests in that all its files. Adds to signatures of other keys; every digest is checked first.") { bundle, key, json };
        command.SetAction(parsed => Run(parsed.GetValue(bundle)!, parsed.GetValue(key)!, parsed.GetValue(json)));
        return command.WithExamples(
            "mtlsplit bundle sign models/mine/1 --key keys/release.key.pem",
            "mtlsplit bundle sign dist/4ad8.mtlbundle --key keys/next.key.pem");
    }

    private static int Run(string path, string keyFile, bool json)
    {
        try
        {
            using var key = SigningKey.Load(keyFile);
            using var opened = OpenedBundle.Open(path, null);
            var bundle = opened.Bundle;
            var signatures = SignatureFile.Sign(opened.Signatures, key, File.ReadAllBytes(bundle.PathOf(BundleManifest.FileName)));
            if (opened.IsArchive)
            {
                WriteWhole(path, target => BundlePacker.Write(bundle, signatures, target));
            }
            else
            {
                WriteWhole(bundle.PathOf(SignatureFile.FileName), target => target.Write(signatures.ToJson()));
            }

            var keys = signatures.Signatures.Select(s => s.KeyId).ToArray();
            Console.WriteLine(json
                ? JsonSerializer.Serialize(new PackedBundle(bundle.Digest, Path.GetFullPath(path), bundle.Manifest.ReleaseCounter, keys), PackedJson.Default.PackedBundle)
                : $"{path} is signed by {string.Join(" and ", keys.Select(k => k[..12]))}");
            return ExitCode.Done;
        }
        catch (Exception e) when (e is BundleException or KeyException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static void WriteWhole(string path, Action<Stream> write)
    {
        var partial = $"{path}.{Environment.ProcessId}.part";
        try
        {
            using (var target = File.Create(partial))
            {
                write(target);
            }

            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
