using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary><c>mtlsplit demo</c>: the whole loop on one machine.</summary>
internal static class DemoCommand
{
    /// <summary>What a shell says of a command that Ctrl-C ended.</summary>
    private const int Interrupted = 130;

    public static Command Create()
    {
        var defaults = new DemoOptions { Bundle = "", Manifests = "" };
        var bundle = new Option<string?>("--bundle") { HelpName = "DIR", Description = "The bundle to run; models/shapes3d-mobilenetv3-small/1 of the repository by default." };
        var broker = new Option<DemoBroker>("--broker") { Description = "The broker to run over.", DefaultValueFactory = _ => DemoBroker.Embedded };
        var rate = new Option<double>("--rate") { HelpName = "FPS", Description = "Frames a second of each vehicle.", DefaultValueFactory = _ => defaults.Rate };
        var seed = new Option<ulong>("--seed") { HelpName = "N", Description = "Which scenes the vehicles see.", DefaultValueFactory = _ => defaults.Seed };
        var usual = Seconds("--usual", "Seconds in the usual light.", defaults.Usual);
        var shifted = Seconds("--shifted", "Seconds in the unseen light before retraining.", defaults.Shifted);
        var recovered = Seconds("--recovered", "Seconds with the new heads.", defaults.Recovered);
        var headsOnly = new Option<bool>("--heads-only") { Description = "End after the retraining of heads, after about 90 s: no new backbone." };
        var keep = new Option<bool>("--keep") { Description = "Go on after the summary until Ctrl-C." };
        var plain = new Option<bool>("--plain") { Description = "Print plain lines on a terminal too." };
        var report = new Option<string?>("--report") { HelpName = "FILE", Description = "Write the outcome as JSON." };
        var data = new Option<string?>("--data") { HelpName = "DIR", Description = "Keep logs, samples and heads in this folder, which must be empty or new. Otherwise they are removed at the end." };
        report.IsWrittenLast();
        rate.Refuse(v => v is >= 1 and <= 200 ? null : "--rate: between 1 and 200 frames a second.");
        var command = new Command(
            "demo",
            "Show the whole loop on this machine: a broker, a hub, three vehicles' edge runtimes with the backbone as their module, two head consumers, a labeller and the recorder, each a process. "
            + "The light changes on one vehicle, accuracy falls, heads are retrained from its labels and swapped while features flow. "
            + "Then a new backbone, trained from frames, reaches one vehicle by deployment manifest, and the rest once it is proven there; a damaged one is refused. "
            + "Takes about three minutes. Exit code 1 if anything was lost, a process died, no head was retrained, or a vehicle lost a frame on its way to the new backbone or did not prove it.")
        {
            bundle, broker, rate, seed, usual, shifted, recovered, headsOnly, keep, plain, report, data,
        };
        command.SetAction(async (parsed, ct) =>
        {
            var folder = parsed.GetValue(bundle) ?? Path.GetDirectoryName(Find("models", "shapes3d-mobilenetv3-small", "1", "model.json"));
            if (folder is null)
            {
                return await CommandLine.RefuseAsync("--bundle: there is no models/shapes3d-mobilenetv3-small/1 here or above; name a bundle.");
            }

            if (Find("deployment-manifests", "base.json") is not { } manifest)
            {
                return await CommandLine.RefuseAsync("There is no deployment-manifests/base.json here or above; run it in the repository.");
            }

            var options = new DemoOptions
            {
                Bundle = folder,
                Manifests = Path.GetDirectoryName(manifest)!,
                Broker = parsed.GetValue(broker),
                Rate = parsed.GetValue(rate),
                Seed = parsed.GetValue(seed),
                Usual = TimeSpan.FromSeconds(parsed.GetValue(usual)),
                Shifted = TimeSpan.FromSeconds(parsed.GetValue(shifted)),
                Recovered = TimeSpan.FromSeconds(parsed.GetValue(recovered)),
                HeadsOnly = parsed.GetValue(headsOnly),
                Keep = parsed.GetValue(keep),
                Report = parsed.GetValue(report),
                Data = parsed.GetValue(data),
            };
            return await RunAsync(options, parsed.GetValue(plain), ct);
        });
        return command.WithExamples(
            "mtlsplit demo",
            "mtlsplit demo --broker mosquitto --report report.json",
            "mtlsplit demo --keep --data /tmp/loop");
    }

    private static async Task<int> RunAsync(DemoOptions options, bool plain, CancellationToken ct)
    {
        using var signals = new StopSignals(ct);
        var view = DemoViews.Create(plain, TimeProvider.System);
        try
        {
            var report = await new DemoRun(options, view, TimeProvider.System).RunAsync(signals.Token);
            return report.Passed ? ExitCode.Done : ExitCode.Failed;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("stopped before the end; everything that was started is gone");
            return Interrupted;
        }
        catch (DemoException e)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static Option<double> Seconds(string name, string description, TimeSpan standard)
    {
        var option = new Option<double>(name) { HelpName = "SECONDS", Description = description, DefaultValueFactory = _ => standard.TotalSeconds };
        option.Refuse(v => v is >= 1 and <= 3600 ? null : $"{name}: between 1 and 3600 seconds.");
        return option;
    }

    /// <summary>A file of the repository, seen from the working folder or from where the build put this executable.</summary>
    private static string? Find(params string[] path)
    {
        foreach (var start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var file = Path.Combine([folder.FullName, .. path]);
                if (File.Exists(file))
                {
                    return file;
                }
            }
        }

        return null;
    }
}
