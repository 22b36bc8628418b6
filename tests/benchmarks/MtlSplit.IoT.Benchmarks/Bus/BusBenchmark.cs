using System.CommandLine;
using MtlSplit.IoT.Benchmarks.Reporting;
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
    private static readonly int[] AllPayloads = [100, 1024, TypicalPayload, 16 * 1024, 64 * 1024, 256 * 1024];

    public static Command Command()
    {
        var payloads = new Option<int[]>("--payloads")
        {
            Description = "Payload sizes in bytes.",
            DefaultValueFactory = _ => AllPayloads,
            AllowMultipleArgumentsPerToken = true,
        };
        var turns = new Option<int>("--turns") { Description = "Turns of each client; the median counts.", DefaultValueFactory = _ => 7 };
        var length = new Option<double>("--seconds") { Description = "Length of a turn.", DefaultValueFactory = _ => 0.4 };
        var broker = new Option<string>("--broker") { Description = "Which broker.", DefaultValueFactory = _ => "both" };
        broker.AcceptOnlyFromAmong("mosquitto", "embedded", "both");
        var json = Report.JsonOption();
        var command = new Command("bus", "Publish to receive, QoS 1: our client against MQTTnet's, Mosquitto's and bare sockets.") { payloads, turns, length, broker, json };
        command.SetAction(async (arguments, _) =>
        {
            var wanted = arguments.GetValue(broker);
            var run = (Payloads: arguments.GetValue(payloads)!, Turns: arguments.GetValue(turns), Length: TimeSpan.FromSeconds(arguments.GetValue(length)));
            using var report = new Report("bus", $"one publisher, one subscriber, QoS 1, {new BusOptions().PublishWindow} publishes in flight", arguments.GetValue(json), Console.Out);
            if (wanted is "mosquitto" or "both")
            {
                await using var mosquitto = await MosquittoBroker.StartAsync(CancellationToken.None);
                await RunAsync(mosquitto, run, report);
            }

            if (wanted is "embedded" or "both")
            {
                await using var embedded = await EmbeddedBroker.StartAsync(CancellationToken.None);
                await RunAsync(embedded, run, report);
            }
        });
        return command.WithExamples(
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- bus",
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- bus --broker mosquitto --payloads 2560 --turns 15 --json");
    }

    private static async Task RunAsync(IBrokerUnderTest broker, (int[] Payloads, int Turns, TimeSpan Length) run, Report report)
    {
        var window = new BusOptions().PublishWindow;
        IBusPeer[] peers =
        [
            await OurPeer.ConnectAsync(broker.Port),
            await StockPeer.ConnectAsync(broker.Port, window),
            new RawPeer(broker.Port, window),
            new RawPeer(broker.Port, window * 5),
            .. broker is MosquittoBroker && MosquittoPeer.IsInstalled ? new IBusPeer[] { new MosquittoPeer(broker.Port) } : [],
        ];
        report.Table(
            $"through {broker.Name}: messages/s, median of {run.Turns} turns of {run.Length.TotalSeconds} s",
            [new("payload", Width: 8), .. peers.Select(peer => new Column(peer.Name, Width: Math.Max(9, peer.Name.Length + 1))), new("ours/MQTTnet", "F2"), new("ours/raw", "F2", 9), new("raw/best", "F2", 9), new("MB/s", "F0", 6)]);
        foreach (var payload in run.Payloads)
        {
            var rates = await MeasureAsync(peers, new byte[payload], run.Turns, run.Length);

            // Bare sockets at their better window; they must not lose to any of those that they are the measure of.
            var raw = Math.Max(rates[2], rates[3]);
            report.Row([payload, .. rates.Cast<object>(), rates[0] / rates[1], rates[0] / raw, raw / rates.Max(), rates[0] * payload / 1e6]);
        }

        foreach (var peer in peers)
        {
            await peer.DisposeAsync();
        }
    }

    private static async Task<double[]> MeasureAsync(IBusPeer[] peers, byte[] payload, int turns, TimeSpan length)
    {
        var rates = peers.Select(_ => new List<double>()).ToArray();
        for (var turn = -1; turn < turns; turn++)
        {
            for (var peer = 0; peer < peers.Length; peer++)
            {
                // Each begins after another one in the next turn, and the first turn only warms up.
                var next = (peer + Math.Max(turn, 0)) % peers.Length;
                var rate = await peers[next].RunAsync(payload, length);
                if (turn >= 0)
                {
                    rates[next].Add(rate);
                }
            }
        }

        return [.. rates.Select(values => values.Order().ElementAt(values.Count / 2))];
    }
}
