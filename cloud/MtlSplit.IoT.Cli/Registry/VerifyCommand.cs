using System.CommandLine;
using System.Text.Json;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Registry;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary><c>mtlsplit registry verify</c>.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var data = RegistryCommand.DataOption();
        var trust = RegistryCommand.TrustOption();
        var mend = new Option<bool>("--mend") { Description = "First point to the newest record of an unbroken history again, wherever a pointer is gone or does not read. Contents are mended by registering them again." };
        var json = RegistryCommand.JsonOption("Print the outcome as JSON, also where it is not a good one.");
        var command = new Command(
            "verify",
            "Read every file of the registry: digests, canonical form, signatures where keys are trusted, whole histories, and that nothing leads to what is not there. What is wrong is named by file; nothing is deleted.\n\n"
            + "Exit codes: 0 all is sound, 1 something is wrong, 2 wrong usage.")
        {
            data, trust, mend, json,
        };
        command.Does((parsed, ct) =>
        {
            var registry = RegistryCommand.Open(parsed.GetValue(data)!, parsed.GetValue(trust));
            string[] mended = parsed.GetValue(mend) ? [.. registry.Mend().Select(m => $"{m.Key}: {(m.Record is { } record ? $"record {record.Sequence}, {record.Production?.Version ?? "no head"} answers" : "no history is whole")}")] : [];
            var report = registry.Verify(ct);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(
                    new VerifyRow(report.IsSound, report.Contents, report.Heads, report.Runs, report.Bundles, report.Aliases, report.Signed, [.. report.Findings.Select(f => new VerifyRow.Finding(f.Fault.Code(), f.File, f.What))], mended),
                    RegistryJson.Default.VerifyRow));
            }
            else
            {
                Array.ForEach(mended, line => Console.WriteLine($"mended: {line}"));
                foreach (var finding in report.Findings)
                {
                    Console.WriteLine($"{finding.Fault.Code()}: {finding.File}: {finding.What}");
                }

                Console.WriteLine($"{report.Contents} contents, {report.Heads} heads, {report.Runs} runs, {report.Bundles} bundles, {report.Aliases} aliases{(report.Signed is { } signed ? $", {signed} signed by a trusted key" : "")}: {(report.IsSound ? "sound" : report.Findings.Count == 1 ? "1 thing is wrong" : $"{report.Findings.Count} things are wrong")}");
            }

            return Task.FromResult(report.IsSound ? ExitCode.Done : ExitCode.Failed);
        });
        return command.WithExamples("mtlsplit registry verify --data data", "mtlsplit registry verify --data data --trust keys/release.pub.pem --json");
    }
}
