using System.CommandLine;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.Registry.Announcing;
using MtlSplit.IoT.Retraining.Heads;
using Spectre.Console;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary><c>retrain heads</c>: one head, from stored features and labels, the backbone frozen.</summary>
internal static class RetrainHeadsCommand
{
    public const string Example = "mtlsplit retrain heads --task object_size --data data --models models";

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var defaults = new RetrainOptions { Task = "", DataFolder = "", ModelsFolder = "" };
        var task = new Option<string>("--task") { HelpName = "TASK", Description = "The task whose head is retrained.", Required = true };
        var data = new Option<string>("--data") { HelpName = "DIR", Description = "The data folder: samples are read from it, the head is published into it.", Required = true };
        var models = new Option<string>("--models") { HelpName = "DIR", Description = "The folder of bundles, whose heads are the first ones.", DefaultValueFactory = _ => "models" };
        var fleet = new Option<string?>("--fleet") { HelpName = "FLEET", Description = "The fleet: its samples are learned from, and its consumers get the head. Where samples of one alone are stored, that one." };
        var contract = new Option<string?>("--contract") { HelpName = "fc-…", Description = "The contract, where the store holds several." };
        var sources = new Option<string[]>("--label-sources") { HelpName = "NAME", Description = "Sources of labels that go before all others, the best first. Frames that other sources contradict each other about are left out.", AllowMultipleArgumentsPerToken = true };
        var minLabels = new Option<int>("--min-labels") { HelpName = "N", Description = "Labelled samples needed.", DefaultValueFactory = _ => defaults.MinLabels };
        var maxAge = new Option<string?>("--max-age") { HelpName = "TIME", Description = "Take only frames captured within this time: 30m, 12h, 7d." };
        var maxSamples = new Option<int>("--max-samples") { HelpName = "N", Description = "Take at most so many samples, the newest.", DefaultValueFactory = _ => defaults.MaxSamples };
        var tolerance = new Option<double>("--tolerance") { HelpName = "SHARE", Description = "Accuracy that may be lost at worst: the 95 % interval of the difference must lie above minus this.", DefaultValueFactory = _ => defaults.Tolerance };
        var epochs = new Option<int>("--epochs") { HelpName = "N", Description = "Passes over the samples at most.", DefaultValueFactory = _ => defaults.Epochs };
        var seed = new Option<ulong>("--seed") { HelpName = "N", Description = "Decides order and dropout.", DefaultValueFactory = _ => defaults.Seed };
        var key = new Option<string?>("--key") { HelpName = "FILE", Description = "The private key that signs run and head, PEM, as keys create makes it." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Train and compare, but register and publish nothing." };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        task.Refuse(v => BusName.IsValid(v) ? null : new BusNameException("task", v).Message);
        fleet.Refuse(v => v is null || BusName.IsValid(v) ? null : new BusNameException("fleet", v).Message);
        minLabels.Refuse(v => v is >= 1 and <= 10_000_000 ? null : $"--min-labels: {v} is not between 1 and 10000000.");
        maxSamples.Refuse(v => v is >= 1 and <= 10_000_000 ? null : $"--max-samples: {v} is not between 1 and 10000000.");
        epochs.Refuse(v => v is >= 1 and <= 10_000 ? null : $"--epochs: {v} is not between 1 and 10000.");
        tolerance.Refuse(v => v is >= 0 and <= 1 ? null : $"--tolerance: {v} is not a share between 0 and 1.");
        maxAge.Refuse(v => v is null || Age.TryParse(v, out _) ? null : $"--max-age: '{v}' is not a time such as 30m, 12h or 7d.");
        var command = new Command(
            "heads",
            "Retrain one head from stored features and labels, compare it with the head in use on held-out samples, register it with the run, and publish it if it is not worse.\n\n"
            + "Exit codes: 0 published (or accepted in a dry run), 1 failed, 2 wrong usage, 3 refused; the report says why.")
        {
            task, data, models, fleet, contract, sources, minLabels, maxAge, maxSamples, tolerance, epochs, seed, key, dryRun, json,
        };
        command.Does((parsed, stop) =>
        {
            TimeSpan? age = parsed.GetValue(maxAge) is { } text && Age.TryParse(text, out var limit) ? limit : null;
            var options = new RetrainOptions
            {
                Task = parsed.GetValue(task)!,
                DataFolder = parsed.GetValue(data)!,
                ModelsFolder = parsed.GetValue(models)!,
                Fleet = parsed.GetValue(fleet),
                Contract = parsed.GetValue(contract),
                LabelSources = parsed.GetValue(sources) ?? [],
                MinLabels = parsed.GetValue(minLabels),
                MaxAge = age,
                MaxSamples = parsed.GetValue(maxSamples),
                Tolerance = parsed.GetValue(tolerance),
                Epochs = parsed.GetValue(epochs),
                Seed = parsed.GetValue(seed),
                KeyFile = parsed.GetValue(key),
                DryRun = parsed.GetValue(dryRun),
            };
            return Run(options, parsed.GetValue(json), stop);
        });
        return command.WithExamples(Example, "mtlsplit retrain heads --task object_size --data data --max-age 12h --dry-run --json");
    }

    private static async Task<RetrainReport> RunAsync(RetrainOptions options, CancellationToken ct)
    {
        await using var announcer = RegistryAnnouncer.Open(options.DataFolder, TimeProvider.System, new Random(Environment.ProcessId));
        var report = new HeadRetraining(options, TimeProvider.System, Console.Error.WriteLine, announcer.Log).Run(ct);
        foreach (var complaint in (await announcer.DeliverAsync(ct)).Select(delivery => delivery.Complaint).OfType<string>())
        {
            await Console.Error.WriteLineAsync($"warning: {complaint}");
        }

        return report;
    }

    private static int Run(RetrainOptions options, bool json, CancellationToken ct)
    {
        try
        {
            var report = RunAsync(options, ct).GetAwaiter().GetResult();
            if (json)
            {
                Console.WriteLine(JsonSerializer.Serialize(report, RetrainReportJson.Default.RetrainReport));
            }
            else
            {
                RetrainReportView.Show(report, AnsiConsole.Console);
            }

            return report.Decision == GateDecision.Accepted ? ExitCode.Done : ExitCode.Refused;
        }
        catch (SettingsException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.BadUsage;
        }
        catch (RetrainException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Cancelled; nothing was published.");
            return ExitCode.Failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }
}
