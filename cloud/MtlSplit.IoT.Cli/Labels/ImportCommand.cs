using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MtlSplit.IoT.Cli.Samples;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.SampleStore;
using MtlSplit.IoT.SampleStore.LabelFiles;
using MtlSplit.IoT.SampleStore.Labelling;

namespace MtlSplit.IoT.Cli.Labels;

/// <summary><c>mtlsplit labels import</c>: a file of labels into a store.</summary>
internal static class ImportCommand
{
    public const string Example = "mtlsplit labels import --file labels.csv --data data --fleet demo --source alice";

    public static Command Create()
    {
        var file = new Option<string>("--file") { HelpName = "FILE", Description = "The labels: columns frame (32 hex digits), vehicle, task, class and, if known, labelled_at (ISO 8601 with an offset, or Unix microseconds).", Required = true };
        var data = SamplesCommand.DataOption();
        var fleet = new Option<string>("--fleet") { HelpName = "FLEET", Description = "The fleet that the frames belong to.", Required = true };
        var source = new Option<string>("--source") { HelpName = "NAME", Description = "Who made the labels. Of one source the last writer counts, by labelled_at.", Required = true };
        var task = new Option<string?>("--task") { HelpName = "TASK", Description = "The task of every row; then the file needs no column for it." };
        var format = new Option<LabelFileFormat>("--format") { Description = "How the file is written, where its name does not end in .csv, .jsonl, .ndjson or .parquet." };
        var models = new Option<string>("--models") { HelpName = "DIR", Description = "The folder of bundles: their heads, and those in the data folder, say which tasks and classes there are.", DefaultValueFactory = _ => "models" };
        var strict = new Option<bool>("--strict") { Description = "Import nothing if a row is refused." };
        var early = new Option<bool>("--keep-unknown-frames") { Description = "Take labels of frames that the store does not know: their features may come later." };
        var refused = new Option<string?>("--refused") { HelpName = "FILE", Description = "Where refused rows go, as CSV that can be imported once corrected; beside the file unless given." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        fleet.Refuse(v => BusName.IsValid(v) ? null : new BusNameException("fleet", v).Message);
        task.Refuse(v => v is null || BusName.IsValid(v) ? null : new BusNameException("task", v).Message);
        source.Refuse(v => v is { Length: > 0 and <= 256 } ? null : "--source: it is not 1 to 256 characters long.");
        refused.IsWrittenLast();
        var command = new Command(
            "import",
            "Bring a file of labels into a store. A recorder may be running. The same file twice adds nothing. Rows without a time count as made when the file was last written, rows without a class are passed over.\n\n"
            + "Exit codes: 0 all rows are in the store, 1 the file cannot be read, 2 wrong usage, 3 rows were refused; each is named with its reason, and the others are imported unless --strict.")
        {
            file, data, fleet, source, task, format, models, strict, early, refused, json,
        };
        command.SetAction(async (parsed, ct) =>
        {
            var path = parsed.GetValue(file)!;
            if ((parsed.GetResult(format) is { Implicit: false } ? parsed.GetValue(format) : LabelFile.FormatOf(path)) is not { } written)
            {
                return await CommandLine.RefuseAsync($"--file: '{path}' does not end in .csv, .jsonl, .ndjson or .parquet; --format says how it is written.");
            }

            var options = new LabelImportOptions
            {
                DataFolder = parsed.GetValue(data)!,
                Fleet = parsed.GetValue(fleet)!,
                Source = parsed.GetValue(source)!,
                File = path,
                Format = written,
                Task = parsed.GetValue(task),
                Strict = parsed.GetValue(strict),
                KeepUnknownFrames = parsed.GetValue(early),
                RefusedFile = parsed.GetValue(refused),
            };
            using var signals = new StopSignals(ct);
            return Run(options, parsed.GetValue(models)!, parsed.GetValue(json), signals.Token);
        });
        return command.WithExamples(
            Example,
            "mtlsplit labels import --file sizes.parquet --data data --fleet demo --source vendor-7 --task object_size --strict --json");
    }

    private static int Run(LabelImportOptions options, string models, bool json, CancellationToken stop)
    {
        try
        {
            var report = LabelImport.Run(options, new HeadStore(options.DataFolder, options.Fleet, BundleCatalog.Load(models)), TimeProvider.System, stop);
            foreach (var row in report.FirstRefused)
            {
                Console.Error.WriteLine($"refused: {report.File}: {row.Place}: {row.Reason}: {row.Detail}");
            }

            if (report.Refused > report.FirstRefused.Count)
            {
                Console.Error.WriteLine($"refused: … and {report.Refused - report.FirstRefused.Count} more");
            }

            Console.WriteLine(json ? JsonSerializer.Serialize(report, LabelsJson.Default.LabelImportReport) : Summary(report));
            return report.Refused > 0 ? ExitCode.Refused : ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Cancelled; nothing was imported.");
        }
        catch (Exception e) when (e is SampleStoreException or HeadException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
        }

        return ExitCode.Failed;
    }

    private static string Summary(LabelImportReport report)
    {
        var early = report.Early > 0 ? $" ({report.Early} of frames that are not known yet)" : "";
        var reasons = report.Refused > 0 ? $": {string.Join(", ", report.Reasons.Select(r => $"{r.Value} {r.Key}"))}; they are in {report.RefusedFile}" : "";
        var nothing = report.NothingImported ? "; nothing was imported" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{report.Rows} rows: {report.Imported} imported{early}, {report.Repeated} repeated, {report.Blank} without a class, {report.Refused} refused{reasons}{nothing}");
    }
}
