using System.CommandLine;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.SampleStore;
using MtlSplit.IoT.SampleStore.Queries;

namespace MtlSplit.IoT.Cli.Samples;

/// <summary><c>mtlsplit samples export</c>: rows of a store in a file for other tools.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var sql = new Argument<string?>("sql") { HelpName = "SQL", Description = "One SELECT in DuckDB's SQL over the views features, predictions, labels and truth, and snapshot where one is given. It may be left out with --snapshot.", Arity = ArgumentArity.ZeroOrOne };
        var data = SamplesCommand.DataOption();
        var output = new Option<string?>("--out") { HelpName = "FILE", Description = "The file to write; one that is there is replaced when all is written.", Required = true };
        var format = new Option<ExportFormat>("--format") { Description = "How it is written.", DefaultValueFactory = _ => ExportFormat.Parquet };
        var snapshot = new Option<string?>("--snapshot") { HelpName = "DIGEST", Description = "The snapshot that a head was retrained from, as its lineage names it: the table snapshot, with frame, class_name, part and weight." };
        var task = new Option<string?>("--task") { HelpName = "TASK", Description = "The snapshot's task." };
        output.IsWrittenLast();
        snapshot.Refuse(v => v is null || (v.Length == 64 && v.All(char.IsAsciiHexDigitLower)) ? null : $"--snapshot: '{v}' is not 64 hex digits.");
        task.Refuse(v => v is null || BusName.IsValid(v) ? null : new BusNameException("task", v).Message);
        var command = new Command("export", "Write what a query finds, or the samples of a snapshot, to a file. A recorder may be running.") { sql, data, output, format, snapshot, task };
        command.SetAction((parsed, _) =>
        {
            var (asked, digest, ofTask) = (parsed.GetValue(sql), parsed.GetValue(snapshot), parsed.GetValue(task));
            if ((digest is null) != (ofTask is null) || (asked is null && digest is null))
            {
                return CommandLine.RefuseAsync(digest is null && ofTask is null ? "SQL is missing, and no --snapshot is named." : "--snapshot and --task belong together.");
            }

            var listing = digest is null ? null : Path.Combine(parsed.GetValue(data)!, "retraining", ofTask!, digest + ".tsv");
            return Task.FromResult(Run(parsed.GetValue(data)!, asked ?? SampleExport.OfSnapshot, listing, parsed.GetValue(output)!, parsed.GetValue(format)));
        });
        return command.WithExamples(
            "mtlsplit samples export --data data --out labelled.parquet \"SELECT * FROM features JOIN truth USING (frame) WHERE task = 'object_size'\"",
            "mtlsplit samples export --data data --out labels.jsonl --format jsonlines \"SELECT * FROM labels\"");
    }

    private static int Run(string data, string sql, string? snapshot, string path, ExportFormat format)
    {
        try
        {
            Console.WriteLine($"{SampleExport.Run(data, sql, snapshot, path, format)} rows in {path}");
            return ExitCode.Done;
        }
        catch (Exception e) when (e is SampleStoreException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }
}
