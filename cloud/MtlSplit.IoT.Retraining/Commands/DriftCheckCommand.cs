using System.CommandLine;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Drift.Alarming;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Retraining.DriftWatching;
using MtlSplit.IoT.Retraining.Terminal;
using Spectre.Console;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary><c>drift check</c>: has the world of a fleet moved?</summary>
internal static class DriftCheckCommand
{
    public const string Example = "mtlsplit drift check --data /var/lib/mtlsplit --fleet north";

    private static readonly Option<string> Data = new("--data") { Description = "The data folder: samples and heads are read from it, alarms are kept in it.", HelpName = "DIR", Required = true };
    private static readonly Option<string> Models = new("--models") { Description = "The folder of bundles, whose heads are the first ones.", HelpName = "DIR", DefaultValueFactory = _ => "models" };
    private static readonly Option<string> Fleet = new("--fleet") { Description = "The fleet.", HelpName = "FLEET", Required = true };
    private static readonly Option<string?> Groups = new("--groups") { Description = "Which vehicles are watched together, JSON: {\"GROUP\": [\"VEHICLE\", …]}. Without it all are one group.", HelpName = "FILE" };
    private static readonly Option<string> Reference = new("--reference") { Description = "How much of a contract's beginning is the world as it was: 30m, 6h, 7d. Chosen once; --accept chooses anew.", HelpName = "TIME", DefaultValueFactory = _ => "6h" };
    private static readonly Option<string> Window = new("--window") { Description = "How far back 'now' reaches.", HelpName = "TIME", DefaultValueFactory = _ => "3h" };
    private static readonly Option<string> Every = new("--every") { Description = "How often it is checked: the budget is shared by so many checks a month.", HelpName = "TIME", DefaultValueFactory = _ => "1h" };
    private static readonly Option<double> Budget = new("--budget") { Description = "False alarms of the fleet and month that are acceptable.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<DateTimeOffset?> At = new("--at") { Description = "The end of the window 'now' (default: the newest frame).", HelpName = "TIME" };
    private static readonly Option<bool> Accept = new("--accept") { Description = "Take what was seen last for the world as it is from now on, and end all alarms." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the report as JSON; everything else goes to standard error." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "check",
            "Compare what a fleet's vehicles see now with what they saw, for every contract, task and group. Alarms that go on or off are added as CloudEvents to drift/FLEET.events.jsonl in the data folder.\n\n"
            + "Exit codes: 0 no alarm is on, 1 failed, 2 wrong usage, 3 an alarm is on.")
        {
            Data, Models, Fleet, Groups, Reference, Window, Every, Budget, At, Accept, Json,
        };
        Fleet.Refuse(v => BusName.IsValid(v!) ? null : new BusNameException("fleet", v!).Message);
        Budget.Refuse(v => v > 0 && double.IsFinite(v) ? null : $"--budget: {v} is not above 0.");
        foreach (var time in (Option<string>[])[Reference, Window, Every])
        {
            time.Refuse(v => Age.TryParse(v!, out _) ? null : $"{time.Name}: '{v}' is not a time such as 30m, 6h or 7d.");
        }

        command.Does((parsed, stop) => Run(parsed, Screen.Create(parsed.GetValue(Json)), stop));
        return command.WithExamples(Example, "mtlsplit drift check --data /var/lib/mtlsplit --fleet north --groups groups.json --every 15m --json", "mtlsplit drift check --data /var/lib/mtlsplit --fleet north --accept");
    }

    private static int Run(ParseResult parsed, IAnsiConsole console, CancellationToken stop)
    {
        var watch = new DriftWatch(new WatchOptions
        {
            DataFolder = parsed.GetValue(Data)!,
            ModelsFolder = parsed.GetValue(Models)!,
            Fleet = parsed.GetValue(Fleet)!,
            Groups = VehicleGroups.Read(parsed.GetValue(Groups)),
            Reference = Time(parsed, Reference),
            Drift = new DriftOptions { Budget = new AlarmBudget(parsed.GetValue(Budget)), CheckEvery = Time(parsed, Every), Window = Time(parsed, Window) },
            At = parsed.GetValue(At) is { } at ? at.ToUnixTimeMilliseconds() * 1000 : null,
        });
        if (parsed.GetValue(Accept))
        {
            watch.Accept();
            console.WriteLine("What was seen last is the world as it is from now on; no alarm is on.");
            return ExitCode.Done;
        }

        var report = watch.Run(looked => DriftEvents.Append(parsed.GetValue(Data)!, looked.Fleet, DriftEvents.Of(looked)), stop);
        Write(console, report);
        if (parsed.GetValue(Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(report, WatchJson.Default.WatchReport));
        }

        return report.Streams.Any(stream => stream.Alarm is not null) ? ExitCode.Refused : ExitCode.Done;
    }

    private static TimeSpan Time(ParseResult parsed, Option<string> option) => Age.TryParse(parsed.GetValue(option)!, out var time) ? time : throw new ArgumentException($"{option.Name} is no time.");

    private static void Write(IAnsiConsole console, WatchReport report)
    {
        var table = new Table().AddColumns("contract", "task", "group", "verdict", "p outputs", "p features", "blocks", "estimated", "measured");
        foreach (var stream in report.Streams)
        {
            table.AddRow(
                $"fc-{stream.Contract[..12]}", stream.Task, stream.Group, stream.Alarm is null ? stream.Verdict : $"{stream.Verdict}, alarm on",
                stream.Classes.Count == 0 ? "-" : $"{Math.Min(1, stream.Classes.Min(c => c.PValue) * stream.Classes.Count):G2}", stream.Features is { } features ? $"{features.PValue:G2}" : "-",
                $"{stream.Reference.Blocks}/{stream.Current.Blocks}", stream.EstimatedAccuracy is { } estimated ? $"{estimated:P1}" : "-", stream.MeasuredAccuracy is { } measured ? $"{measured:P1} of {stream.Labelled}" : "-");
        }

        console.Write(table);
        foreach (var stream in report.Streams.Where(stream => stream.Change != "none"))
        {
            console.WriteLine($"{stream.Task}/{stream.Group}: alarm {stream.Change}: {stream.Reason}");
        }

        foreach (var note in report.Notes)
        {
            console.WriteLine(note);
        }
    }
}
