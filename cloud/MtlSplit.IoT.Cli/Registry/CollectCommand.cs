using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MtlSplit.IoT.Cli.Terminal;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Registry.Collecting;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary><c>mtlsplit registry gc</c>.</summary>
internal static class CollectCommand
{
    public static Command Create()
    {
        var data = RegistryCommand.DataOption();
        var grace = new Option<int>("--grace-days") { HelpName = "N", Description = "What an alias led to within so many days stays, and what is younger.", DefaultValueFactory = _ => 30 };
        var fleet = new Option<string[]>("--fleet") { HelpName = "FLEET", Description = "Another fleet whose vehicles to ask; those that have aliases are asked anyhow. May be given several times.", Arity = ArgumentArity.ZeroOrMore };
        var broker = new Option<string?>("--broker") { HelpName = "HOST:PORT", Description = "The fleets' broker, which keeps the vehicles' statuses." };
        var settings = new Option<string?>("--settings") { HelpName = "FILE", Description = "A JSON file with settings; the section Bus holds broker, credentials and TLS." };
        var without = new Option<bool>("--without-vehicles") { Description = "Ask no vehicle: for a fleet that has none." };
        var apply = new Option<bool>("--apply") { Description = "Take it. Without this flag nothing changes." };
        var json = RegistryCommand.JsonOption();
        grace.Refuse(v => v is >= 0 and <= 36_500 ? null : $"--grace-days: {v} is not between 0 and 36500.");
        broker.Refuse(v => v is null || BrokerAddress.TryParse(v, out _) ? null : $"--broker: '{v}' is not HOST:PORT, such as 127.0.0.1:1883.");
        fleet.Refuse(names => names?.FirstOrDefault(name => !BusName.IsValid(name)) is { } bad ? new BusNameException("fleet", bad).Message : null);
        var command = new Command(
            "gc",
            "Show what nothing needs and why the rest stays; take it with --apply. Never taken: what an alias leads to or did within the grace time, the contracts that vehicles speak or still hold features of, those of features in quarantine, the bundles that vehicles run; and documents and reports of runs.\n\n"
            + "Exit codes: 0 done, 1 failed (a damaged registry is not collected), 2 wrong usage.")
        {
            data, grace, fleet, broker, settings, without, apply, json,
        };
        command.Does(async (parsed, ct) =>
        {
            if (parsed.GetValue(without) == (parsed.GetValue(broker) is not null || parsed.GetValue(settings) is not null))
            {
                return await CommandLine.RefuseAsync("Say where the vehicles' statuses are (--broker or --settings), or that there are no vehicles (--without-vehicles).");
            }

            var (folder, registry, needed) = (parsed.GetValue(data)!, RegistryCommand.Open(parsed.GetValue(data)!), new StillNeeded());
            NeededReader.AddQuarantine(needed, folder);
            if (!parsed.GetValue(without))
            {
                var bus = BusServices.ReadBusSettings(parsed.GetValue(settings), BrokerAddress.TryParse(parsed.GetValue(broker), out var address) ? address : null);
                foreach (var name in registry.AliasKeys().Select(key => key.Fleet).Union(parsed.GetValue(fleet) ?? []))
                {
                    var vehicles = await NeededReader.AddVehiclesAsync(needed, name, bus, TimeProvider.System, ct);
                    await Console.Error.WriteLineAsync($"fleet {name}: {vehicles} vehicles");
                }
            }

            await RegistryCommand.ChangeAsync(folder, null, changing => Show(changing.Collect(needed, TimeSpan.FromDays(parsed.GetValue(grace)), parsed.GetValue(apply)), parsed.GetValue(json)), ct);
            return ExitCode.Done;
        });
        return command.WithExamples("mtlsplit registry gc --data data --broker 127.0.0.1:1883", "mtlsplit registry gc --data data --without-vehicles --grace-days 7 --apply");
    }

    private static void Show(CollectionReport report, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new CollectionRow(report.Applied, report.Bytes, report.Taken, report.Kept), RegistryJson.Default.CollectionRow));
            return;
        }

        var table = new Table().AddColumns(report.Applied ? "taken" : "would go", "stays", "bytes", "why");
        foreach (var item in report.Taken)
        {
            table.AddRow(new Text(Name(item)), new Text(""), new Text(item.Bytes.ToString("N0", CultureInfo.InvariantCulture)), new Text(item.Why));
        }

        foreach (var item in report.Kept)
        {
            table.AddRow(new Text(""), new Text(Name(item)), new Text(""), new Text(item.Why));
        }

        Screen.Create().Write(table);
        Console.WriteLine($"{report.Taken.Count} {(report.Applied ? "taken" : "would go (--apply takes them)")}, {report.Bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes; {report.Kept.Count} stay");
    }

    private static string Name(CollectionItem item) => $"{item.Kind} {(item.Name.Length == 64 ? item.Name[..12] : item.Name)}";
}
