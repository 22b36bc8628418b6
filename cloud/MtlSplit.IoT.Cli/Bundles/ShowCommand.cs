using System.CommandLine;
using System.Globalization;
using MtlSplit.IoT.Cli.Terminal;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Bundles;

/// <summary><c>mtlsplit bundle show</c>: what a bundle is, after its digests were checked.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var folder = BundleCommand.BundleArgument();
        var json = new Option<bool>("--json") { Description = "Print model.json as it is." };
        var command = new Command("show", "Show a bundle: contract, encodings, tasks with figures, files. Every digest is checked first.") { folder, json };
        command.SetAction(parsed => Run(parsed.GetValue(folder)!, parsed.GetValue(json)));
        return command.WithExamples("mtlsplit bundle show models/shapes3d-mobilenetv3-small/1", "mtlsplit bundle show models/shapes3d-mobilenetv3-small/1 --json");
    }

    private static int Run(string folder, bool json)
    {
        try
        {
            using var opened = OpenedBundle.Open(folder, null);
            var bundle = opened.Bundle;
            if (json)
            {
                Console.WriteLine(File.ReadAllText(bundle.PathOf(BundleManifest.FileName)));
            }
            else
            {
                Show(bundle, opened.Signatures, Screen.Create());
            }

            return ExitCode.Done;
        }
        catch (Exception e) when (e is BundleException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static void Show(Bundle bundle, SignatureFile? signatures, IAnsiConsole console)
    {
        var manifest = bundle.Manifest;
        var descriptor = bundle.Descriptor;
        console.WriteLine($"{manifest.Name}, release {manifest.ReleaseCounter}, made {Time(manifest.CreatedAt)}{(manifest.ExpiresAt is { } expires ? $", expires {Time(expires)}" : "")}");
        console.WriteLine($"bundle    {bundle.Digest}");
        console.WriteLine($"contract  {bundle.Contract} ({bundle.Contract.ShortForm})");
        console.WriteLine($"backbone  {descriptor.Network}, cut after {descriptor.Cut}: {descriptor.Input.Width}x{descriptor.Input.Height} RGB, {descriptor.Input.Length:N0} bytes -> {string.Join("x", descriptor.Feature.Shape)} values");
        console.WriteLine($"signed    {(signatures is null ? "by nobody" : $"in the name of {string.Join(" and ", signatures.Signatures.Select(s => s.KeyId))}")}");
        foreach (var encoding in descriptor.Encodings)
        {
            console.WriteLine($"encoding  {encoding.Id}: {encoding.Name}, {encoding.Compression}{Range(encoding)}");
        }

        var tasks = new Table().AddColumns("task", "classes", "accuracy", "95 %", "macro-F1", "head");
        foreach (var task in manifest.Tasks)
        {
            tasks.AddRow(
                task.Name, Markup.Escape(string.Join(" ", task.Classes)), Figure(task, "accuracy"),
                $"{Figure(task, "accuracy_low")} to {Figure(task, "accuracy_high")}", Figure(task, "macro_f1"), task.Head);
        }

        console.Write(tasks);
        var files = new Table().AddColumns("file", "bytes", "SHA-256");
        files.Columns[1].RightAligned();
        foreach (var file in manifest.Files)
        {
            files.AddRow(Markup.Escape(file.Path), file.Bytes.ToString("N0", CultureInfo.InvariantCulture), file.Sha256[..16] + "...");
        }

        console.Write(files);
        console.WriteLine($"{manifest.Files.Sum(file => file.Bytes) / 1e6:F1} MB in {manifest.Files.Length} files, {manifest.Golden.Length} golden frames; made by");
        console.WriteLine($"  {manifest.Lineage.Command.Replace("\n", "\n  ", StringComparison.Ordinal)}");
        console.WriteLine($"  code {manifest.Lineage.Code}, seed {manifest.Lineage.Seed}");
    }

    private static string Range(EncodingVariant encoding) =>
        encoding.Quantiser is { } range ? string.Create(CultureInfo.InvariantCulture, $", codes 0 to 255 for {range.Low:G5} to {range.High:G5}") : "";

    private static string Figure(BundleTask task, string name) =>
        task.Metrics.TryGetValue(name, out var value) ? value.ToString("P2", CultureInfo.InvariantCulture) : "-";

    private static string Time(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
