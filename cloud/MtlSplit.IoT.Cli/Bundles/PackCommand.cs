using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Archives;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Bundles;

/// <summary><c>mtlsplit bundle pack</c>: one file that a vehicle can fetch and check.</summary>
internal static class PackCommand
{
    public static Command Create()
    {
        var bundle = BundleCommand.BundleArgument();
        var folder = new Option<string>("--out") { HelpName = "DIR", Description = "Where the archive goes; it is named for the bundle's digest.", Required = true };
        var key = BundleCommand.KeyOption(required: false);
        var release = new Option<long?>("--release") { HelpName = "N", Description = "Pack it as a new release with this counter: another model.json, and so another digest, over the same files." };
        release.Refuse(n => n < 0 ? "--release: it may not be below 0." : null);
        var expires = new Option<string?>("--expires") { HelpName = "DATE", Description = "Pack it as a release that is not to be installed after this day or time, such as 2030-01-31 or 2030-01-31T12:00Z." };
        expires.Refuse(text => text is null || TryParse(text, out _) ? null : $"--expires: '{text}' is no date such as 2030-01-31 or 2030-01-31T12:00Z.");
        var json = new Option<bool>("--json") { Description = "Print the outcome as JSON." };
        var command = new Command("pack", "Pack a bundle into one file, with the same bytes wherever that is done. Every digest is checked first.") { bundle, folder, key, release, expires, json };
        command.SetAction(parsed => Run(
            parsed.GetValue(bundle)!, parsed.GetValue(folder)!, parsed.GetValue(key), parsed.GetValue(release), parsed.GetValue(expires), parsed.GetValue(json)));
        return command.WithExamples(
            "mtlsplit bundle pack models/shapes3d-mobilenetv3-small/1 --out dist --key keys/release.key.pem",
            "mtlsplit bundle pack models/shapes3d-mobilenetv3-small/1 --out dist --key keys/release.key.pem --release 7 --expires 2030-01-31");
    }

    private static int Run(string path, string folder, string? keyFile, long? release, string? expires, bool json)
    {
        try
        {
            using var key = keyFile is null ? null : SigningKey.Load(keyFile);
            using var opened = OpenedBundle.Open(path, null);
            using var renewed = release is null && expires is null ? null : RenewedBundle.Make(opened.Bundle, release, expires is null ? null : Parse(expires));
            var bundle = renewed?.Bundle ?? opened.Bundle;
            // Signatures are of one model.json; a new release needs its own.
            var signatures = renewed is null ? opened.Signatures : null;
            if (key is not null)
            {
                signatures = SignatureFile.Sign(signatures, key, File.ReadAllBytes(bundle.PathOf(BundleManifest.FileName)));
            }

            var archive = BundlePacker.Pack(bundle, signatures, folder);
            string[] keys = [.. (signatures?.Signatures ?? []).Select(s => s.KeyId)];
            Console.WriteLine(json
                ? JsonSerializer.Serialize(new PackedBundle(bundle.Digest, archive, bundle.Manifest.ReleaseCounter, keys), PackedJson.Default.PackedBundle)
                : $"{archive}: {bundle.Manifest.Name}, release {bundle.Manifest.ReleaseCounter}, {new FileInfo(archive).Length / 1e6:F1} MB, {(keys.Length > 0 ? $"signed by {string.Join(" and ", keys.Select(k => k[..12]))}" : "not signed, so no vehicle will install it")}");
            return ExitCode.Done;
        }
        catch (Exception e) when (e is BundleException or KeyException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static bool TryParse(string text, out DateTimeOffset time) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time) && text.Length >= "2030-01-31".Length && text[4] == '-';

    private static DateTimeOffset Parse(string text) => TryParse(text, out var time) ? time : throw new FormatException(text);
}
