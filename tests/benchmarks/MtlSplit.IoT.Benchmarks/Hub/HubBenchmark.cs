using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Benchmarks.Reporting;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.Benchmarks.Hub;

/// <summary>Many modules of one local hub: how fast they connect, how long a change of their twins takes each way, and what the hub's process pays for it.</summary>
internal static class HubBenchmark
{
    // As many as a device may have.
    private const int ModulesOfADevice = 50;

    public static Command Command()
    {
        var modules = new Option<int>("--modules") { Description = "Modules, 50 a device.", DefaultValueFactory = _ => 1000 };
        var updates = new Option<int>("--updates") { Description = "Changes of twins in each row.", DefaultValueFactory = _ => 2000 };
        var atOnce = new Option<int[]>("--at-once") { Description = "How many are under way at once; a row for each.", DefaultValueFactory = _ => [1, 16, 64], AllowMultipleArgumentsPerToken = true };
        var json = Report.JsonOption();
        var command = new Command("hub", "Modules connected to the local hub: connects/s, latency of reported and desired properties, the hub's CPU.") { modules, updates, atOnce, json };
        command.SetAction(async (arguments, _) =>
        {
            var count = arguments.GetValue(modules);
            using var report = new Report("hub", $"{count} modules with our client in one process, the hub in another, over TLS on loopback", arguments.GetValue(json), Console.Out);
            await RunAsync(count, arguments.GetValue(updates), arguments.GetValue(atOnce)!, report);
        });
        return command.WithExamples(
            "dotnet run -c Release --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- hub",
            "dotnet run -c Release --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- hub --modules 200 --at-once 1 8 --json");
    }

    private static async Task RunAsync(int count, int updates, int[] atOnce, Report report)
    {
        await using var hub = await HubProcess.StartAsync();
        List<SimulatedModule> modules = [];
        report.Table("modules", Column.Text("what", 22), new("at once", Width: 8), new("how many", Width: 9), new("a second"), new("p50 ms", "F2"), new("p99 ms", "F2"), new("hub CPU ms each", "F3", 16));
        var identities = Enumerable.Range(0, count).Select(i => new HubIdentity($"d{i / ModulesOfADevice}", $"m{i % ModulesOfADevice}")).ToList();
        var keys = new ConcurrentDictionary<HubIdentity, string>();
        await MeasureAsync(hub, report, "register device", 8, [.. identities.Select(id => id.DeviceId).Distinct()], async device =>
        {
            await hub.SendAsync(HttpMethod.Put, $"/devices/{device}", new JsonObject { ["deviceId"] = device });
            return null;
        });
        await MeasureAsync(hub, report, "register module", 8, identities, async id =>
        {
            var made = await hub.SendAsync(HttpMethod.Put, $"/devices/{id.DeviceId}/modules/{id.ModuleId}", new JsonObject { ["deviceId"] = id.DeviceId, ["moduleId"] = id.ModuleId });
            keys[id] = made!["authentication"]!["symmetricKey"]!["primaryKey"]!.GetValue<string>();
            return null;
        });
        try
        {
            modules.AddRange(identities.Select(id => new SimulatedModule(hub, id, keys[id])));
            await MeasureAsync(hub, report, "connect", 64, modules, async module =>
            {
                await module.ConnectAsync();
                return null;
            });
            await MeasureAsync(hub, report, "follow desired", 64, modules, async module =>
            {
                await module.FollowAsync();
                return null;
            });
            var number = 0;
            foreach (var many in atOnce)
            {
                var turns = Enumerable.Range(0, updates).Select(i => (Module: modules[i % modules.Count], Number: ++number)).ToList();
                await MeasureAsync(hub, report, "reported", many, turns, async turn =>
                {
                    await turn.Module.ReportAsync(turn.Number);
                    return null;
                });
                await MeasureAsync(hub, report, "desired, REST answer", many, turns, async turn =>
                {
                    await DesireAsync(hub, turn.Module.Id, turn.Number);
                    return null;
                });
                await MeasureAsync(
                    hub, report, "desired, at the module", many, turns.ConvertAll(turn => (turn.Module, Number: -turn.Number)),
                    async turn => await turn.Module.HearAsync(turn.Number, () => DesireAsync(hub, turn.Module.Id, turn.Number)));
            }

            report.Note($"with everything connected the hub has {hub.ResidentBytes / (1024.0 * 1024):F0} MB");
        }
        finally
        {
            await Task.WhenAll(modules.Select(module => module.DisposeAsync().AsTask()));
        }
    }

    private static Task<JsonNode?> DesireAsync(HubProcess hub, HubIdentity id, int number) => hub.SendAsync(
        HttpMethod.Patch, $"/twins/{id.DeviceId}/modules/{id.ModuleId}", new JsonObject { ["properties"] = new JsonObject { ["desired"] = new JsonObject { ["n"] = number } } });

    /// <summary>Does something for each, so many at once.</summary>
    /// <param name="hub">Whose processor time is taken.</param>
    /// <param name="report">Gets a row.</param>
    /// <param name="what">The row's name.</param>
    /// <param name="atOnce">How many are under way at once.</param>
    /// <param name="items">For what.</param>
    /// <param name="act">Does it; gives the moment at which it counts as done, null: when it returns.</param>
    private static async Task MeasureAsync<T>(HubProcess hub, Report report, string what, int atOnce, List<T> items, Func<T, Task<long?>> act)
    {
        var times = new ConcurrentBag<double>();
        var cpu = hub.ProcessorTime;
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (item, _) =>
        {
            var start = Stopwatch.GetTimestamp();
            var end = await act(item) ?? Stopwatch.GetTimestamp();
            times.Add(Stopwatch.GetElapsedTime(start, end).TotalMilliseconds);
        });
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var sorted = times.Order().ToList();
        report.Row(what, atOnce, items.Count, items.Count / elapsed, sorted[sorted.Count / 2], sorted[(int)(sorted.Count * 0.99)], (hub.ProcessorTime - cpu).TotalMilliseconds / items.Count);
    }
}
