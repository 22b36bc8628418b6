using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MtlSplit.IoT.Cli.Terminal;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Inference.Golden;
using MtlSplit.IoT.Inference.Sessions;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Bundles;

/// <summary><c>mtlsplit bundle verify</c>: digests, contract, signature and expiry if asked, and the golden frames on this machine.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var bundle = BundleCommand.BundleArgument();
        var trust = new Option<string?>("--trust") { HelpName = "PATH", Description = "A public key, PEM, or a folder of them: one of them must have signed, and the bundle must not have expired, as on a vehicle." };
        var json = new Option<bool>("--json") { Description = "Print the outcome as JSON, also where it is not a good one." };
        var command = new Command("verify", "Check every digest and the contract, then run the golden frames on this machine and compare. Exit code 1 where the bundle must not be used.") { bundle, trust, json };
        command.SetAction(parsed => Run(parsed.GetValue(bundle)!, parsed.GetValue(trust), parsed.GetValue(json)));
        return command.WithExamples(
            "mtlsplit bundle verify models/shapes3d-mobilenetv3-small/1",
            "mtlsplit bundle verify dist/4ad8.mtlbundle --trust keys/release.pub.pem");
    }

    private static int Run(string path, string? trust, bool json)
    {
        try
        {
            using var opened = OpenedBundle.Open(path, trust is null ? null : TrustedKeys.Load(trust));
            var bundle = opened.Bundle;
            if (trust is not null && bundle.Manifest.ExpiresAt <= TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000)
            {
                throw new BundleException(BundleFault.Expired, path, "it is not to be installed any more");
            }

            var report = GoldenCheck.Run(bundle);
            if (json)
            {
                var failed = report.Frames.FirstOrDefault(frame => !frame.Passed);
                Print(new Verification(
                    bundle.Digest, bundle.Contract.ToString(), report.Passed, failed is null ? null : BundleFault.GoldenMismatch.Code(), failed?.Fault, opened.Signers, report.Tolerance, report.Frames));
            }
            else
            {
                Show(opened, report, Screen.Create());
            }

            return report.Passed ? ExitCode.Done : ExitCode.Failed;
        }
        catch (BundleException e)
        {
            return Refuse(e.Fault.Code(), e.Message, json);
        }
        catch (InferenceModelException e)
        {
            return Refuse(BundleFault.CannotRun.Code(), e.Message, json);
        }
        catch (Exception e) when (e is KeyException or IOException or UnauthorizedAccessException)
        {
            return Refuse(null, e.Message, json);
        }
    }

    private static int Refuse(string? code, string message, bool json)
    {
        if (json)
        {
            Print(new Verification(null, null, false, code, message, null, null, null));
        }
        else
        {
            Console.Error.WriteLine($"error: {message}{(code is null ? "" : $" ({code})")}");
        }

        return ExitCode.Failed;
    }

    private static void Print(Verification verification) => Console.WriteLine(JsonSerializer.Serialize(verification, VerificationJson.Default.Verification));

    private static void Show(OpenedBundle opened, GoldenReport report, IAnsiConsole console)
    {
        var bundle = opened.Bundle;
        console.WriteLine($"{bundle.Manifest.Files.Length} files have their digests; the contract is {bundle.Contract.ShortForm}");
        console.WriteLine(opened.Signers is { } signers ? $"signed by {string.Join(" and ", signers)}" : "Whether it is signed was not asked; --trust does.");
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
