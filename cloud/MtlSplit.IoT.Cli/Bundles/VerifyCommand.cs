using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MtlSplit.IoT.Cli.Terminal;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Inference.Golden;
using MtlSplit.IoT.Inference.Sessions;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Bundles;

/// <summary><c>mtlsplit bundle verify</c>: digests, contract, and the golden frames on this machine.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var folder = BundleCommand.FolderArgument();
        var json = new Option<bool>("--json") { Description = "Print the outcome as JSON." };
        var command = new Command("verify", "Check every digest and the contract, then run the golden frames on this machine and compare. Exit code 1 where the bundle must not be used.") { folder, json };
        command.SetAction(parsed => Run(parsed.GetValue(folder)!, parsed.GetValue(json)));
        return command.WithExamples("mtlsplit bundle verify models/shapes3d-mobilenetv3-small/1");
    }

    private static int Run(string folder, bool json)
    {
        try
        {
            var bundle = Bundle.Open(folder);
            var report = GoldenCheck.Run(bundle);
            if (json)
            {
                var verification = new Verification(bundle.Digest, bundle.Contract.ToString(), report.Passed, report.Tolerance, report.Frames);
                Console.WriteLine(JsonSerializer.Serialize(verification, VerificationJson.Default.Verification));
            }
            else
            {
                Show(bundle, report, Screen.Create());
            }

            return report.Passed ? ExitCode.Done : ExitCode.Failed;
        }
        catch (Exception e) when (e is BundleException or InferenceModelException or IOException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static void Show(Bundle bundle, GoldenReport report, IAnsiConsole console)
    {
        console.WriteLine($"{bundle.Manifest.Files.Length} files have their digests; the contract is {bundle.Contract.ShortForm}");
        var table = new Table().AddColumns("golden frame", "feature off by", "allowed", "probability off by", "outcome");
        foreach (var frame in report.Frames)
        {
            table.AddRow(
                Markup.Escape(frame.Frame), Number(frame.Feature), Number(report.Tolerance), Number(frame.Probability),
                Markup.Escape(frame.Fault ?? "as it should be"));
        }

        console.Write(table);
        console.WriteLine(report.Passed ? "This bundle may run here." : "This bundle must not run here.");
    }

    private static string Number(double value) => value.ToString("G2", CultureInfo.InvariantCulture);
}
