using System.CommandLine;
using MtlSplit.IoT.Benchmarks.Reporting;
using MtlSplit.IoT.Broker.Mosquitto;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;

namespace MtlSplit.IoT.Benchmarks.Bus;

/// <summary>
/// Publish to receive, QoS 1, one publisher and one subscriber, through one broker on loopback: our client beside MQTTnet's as
/// it ships, Mosquitto's own, and bare sockets. All have the same number of publishes in flight; bare sockets also run with five times as
/// many.
/// </summary>
internal static class BusBenchmark
{
    private const int TypicalPayload = 2560;

    /// <summary>Messages/s below which a peer gets two turns only: its backlog takes seconds to drain.</summary>
    private const int Collapsed = 100;
    private static readonly int[] AllPayloads = [100, 1024, TypicalPayload, 16 * 1024, 64 * 1024, 256 * 1024];

    public static Command Command()
    {
        var payloads = new Option<int[]>("--payloads")
        {
            Description = "Payload sizes in bytes.",
            DefaultValueFactory = _ => AllPayloads,
            AllowMultipleArgumentsPerToken = true,
        };
        var turns = new Option<int>("--turns") { Description = "Turns of each client; the median counts.", DefaultValueFactory = _ => 5 };
        var length = new Option<double>("--seconds") { Description = "Length of a turn.", DefaultValueFactory = _ => 0.4 };
        var broker = new Option<string>("--broker") { Description = "Which broker.", DefaultValueFactory = _ => "all" };
        broker.AcceptOnlyFromAmong("mosquitto", "mosquitto-nagle", "embedded", "all");
        var json = Report.JsonOption();
        var command = new Command("bus", "Publish to receive, QoS 1: our client against MQTTnet's, Mosquitto's and bare sockets.") { payloads, turns, length, broker, json };
        command.SetAction(async (arguments, _) =>
        {
            var wanted = arguments.GetValue(broker);
            var run = (Payloads: arguments.GetValue(payloads)!, Turns: arguments.GetValue(turns), Length: TimeSpan.FromSeconds(arguments.GetValue(length)));
            using var report = new Report("bus", $"one publisher, one subscriber, QoS 1, {new BusOptions().PublishWindow} publishes in flight", arguments.GetValue(json), Console.Out);
            var installed = MosquittoProcess.FindExecutable() is not null;
            if (!installed && wanted != "embedded")
            {
                report.Note("Mosquitto is left out: it is not installed (apt-get install mosquitto).");
            }

            if (installed && wanted is "mosquitto" or "all")
            {
                await using var mosquitto = await MosquittoBroker.StartAsync(CancellationToken.None);
                await RunAsync(mosquitto, "Mosquitto as configured, a send for each message", run, report);
            }

            if (installed && wanted is "mosquitto-nagle" or "all")
            {
                // The committed configuration trades throughput for latency; a saturated broker is better off with Nagle's algorithm.
                await using var mosquitto = await MosquittoBroker.StartAsync(CancellationToken.None, new MosquittoOptions { Overrides = [new("set_tcp_nodelay", "false")] });
                await RunAsync(mosquitto, "Mosquitto with Nagle's algorithm", run with { Payloads = wanted == "all" ? [TypicalPayload] : run.Payloads }, report);
            }

            if (wanted is "embedded" or "all")
            {
                await using var embedded = await EmbeddedBroker.StartAsync(CancellationToken.None);
                await RunAsync(embedded, embedded.Name, run, report);
            }
        });
        return command.WithExamples(
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- bus",
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- bus --broker mosquitto --payloads 2560 --turns 15 --json");
    }

    private static async Task RunAsync(IBrokerUnderTest broker, string name, (int[] Payloads, int Turns, TimeSpan Length) run, Report report)
    {
        var window = new BusOptions().PublishWindow;
        var peers = new List<IBusPeer>();
        try
        {
            peers.Add(await OurPeer.ConnectAsync(broker.Port));
            peers.Add(await StockPeer.ConnectAsync(broker.Port, window));
            peers.Add(new RawPeer(broker.Port, window));
            peers.Add(new RawPeer(broker.Port, window * 5));
            if (broker is MosquittoBroker && MosquittoPeer.IsInstalled)
            {
                peers.Add(new MosquittoPeer(broker.Port));
            }
            else if (broker is MosquittoBroker)
            {
                report.Note("mosquitto_pub/_sub are left out: they are not installed (apt-get install mosquitto-clients).");
            }

            await CompareAsync(peers, broker is MosquittoBroker process ? () => process.ProcessorTime : null, name, run, report);
        }
        finally
        {
            foreach (var peer in peers)
            {
                await peer.DisposeAsync();
            }
        }
    }

    private static async Task CompareAsync(
        List<IBusPeer> peers, Func<TimeSpan>? brokerTime, string name, (int[] Payloads, int Turns, TimeSpan Length) run, Report report)
    {
        report.Table(
            $"through {name}: messages/s, median of {run.Turns} turns of {run.Length.TotalSeconds} s",
            [
                new("payload", Width: 8),
                .. peers.Select(peer => new Column(peer.Name, Width: Math.Max(8, peer.Name.Length))),
                new("ours/MQTTnet", "F2"),
                new("ours/raw", "F2", 8),
                new("raw/best", "F2", 8),
                new("limit/MQTTnet", "F2", 13),
                new("MB/s", "F0", 5),
            ]);
        var all = new List<(int Payload, PeerCost[] Costs)>();
        foreach (var payload in run.Payloads)
        {
            var costs = await MeasureAsync(peers, brokerTime, new byte[payload], run.Turns, run.Length);
            all.Add((payload, costs));
            var (ours, stock) = (costs[0], costs[1]);

            // Bare sockets at their better window; they must not lose to any of those that they are the measure of.
            var raw = Math.Max(costs[2].Rate, costs[3].Rate);
            report.Row(
            [
                payload,
                .. costs.Select(cost => (object)cost.Rate),
                ours.Rate / stock.Rate,
                ours.Rate / raw,
                raw / costs.Max(cost => cost.Rate),

                // What would be left to win if nothing but the broker took any time.
                costs.Max(cost => cost.BrokerFullAt) / stock.Rate,
                ours.Rate * payload / 1e6,
            ]);
        }

        CostTable(peers, all, brokerTime is not null, name, report);
    }

    private static void CostTable(List<IBusPeer> peers, List<(int Payload, PeerCost[] Costs)> all, bool brokerApart, string name, Report report)
    {
        report.Table(
            brokerApart
                ? $"through {name}: processor time and allocations per message; the broker's share of one core; messages/s at which its only thread would be full"
                : $"through {name}: processor time and allocations per message, the broker's with it",
            [
                new("payload", Width: 8),
                Column.Text("client", 18),
                new("messages/s", Width: 10),
                new(brokerApart ? "client us" : "all us", "F1", 9),
                new("bytes alloc", Width: 11),
                .. brokerApart
                    ? (Column[])[new("broker us", "F1", 9), new("broker busy %", "F0", 13), new("broker full at", Width: 14)]
                    : [],
            ]);
        foreach (var (payload, costs) in all)
        {
            foreach (var (peer, cost) in peers.Zip(costs))
            {
                object?[] broker = brokerApart ? [cost.BrokerMicroseconds, cost.BrokerBusy * 100, cost.BrokerFullAt] : [];
                report.Row([payload, peer.Name, cost.Rate, cost.Microseconds, cost.AllocatedBytes, .. broker]);
            }
        }
    }

    private static async Task<PeerCost[]> MeasureAsync(List<IBusPeer> peers, Func<TimeSpan>? brokerTime, byte[] payload, int turns, TimeSpan length)
    {
        var results = peers.Select(_ => new List<PeerTurn>()).ToArray();
        var busy = new TimeSpan[peers.Count];
        var allocated = new long[peers.Count];
        var brokerBusy = new TimeSpan[peers.Count];
        for (var turn = -1; turn < turns; turn++)
        {
            for (var i = 0; i < peers.Count; i++)
            {
                // Each begins after another one in the next turn, and the first turn only warms up.
                var peer = (i + Math.Max(turn, 0)) % peers.Count;
                if (results[peer].Count >= 2 && results[peer].Max(result => result.Rate) < Collapsed)
                {
                    continue;
                }

                var (before, allocatedBefore, brokerBefore) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(), brokerTime?.Invoke());
                var result = await peers[peer].RunAsync(payload, length);
                if (turn >= 0)
                {
                    results[peer].Add(result);
                    busy[peer] += Environment.CpuUsage.TotalTime - before;
                    allocated[peer] += GC.GetTotalAllocatedBytes() - allocatedBefore;
                    brokerBusy[peer] += brokerTime?.Invoke() - brokerBefore ?? TimeSpan.Zero;
                }
            }
        }

        return
        [
            .. results.Select((all, peer) =>
            {
                var messages = all.Sum(result => result.Messages);
                return new PeerCost(
                    all.Select(result => result.Rate).Order().ElementAt(all.Count / 2),
                    busy[peer].TotalMicroseconds / messages,
                    (double)allocated[peer] / messages,
                    brokerTime is null ? null : brokerBusy[peer].TotalMicroseconds / messages,
                    brokerTime is null ? null : brokerBusy[peer].TotalSeconds / all.Sum(result => result.Messages / result.Rate));
            }),
        ];
    }
}
