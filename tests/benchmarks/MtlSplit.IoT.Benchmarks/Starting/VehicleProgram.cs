using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Benchmarks.Hub;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;

namespace MtlSplit.IoT.Benchmarks.Starting;

/// <summary>The Backbone's program, run for its features.</summary>
/// <param name="executable">The program.</param>
/// <param name="bundle">What it runs.</param>
/// <param name="broker">Where its features go.</param>
/// <param name="features">Hears them.</param>
/// <param name="folder">For what it needs on disk.</param>
internal sealed class VehicleProgram(string executable, Bundle bundle, IBrokerUnderTest broker, IBusSubscription features, string folder)
{
    public const string Fleet = "bench";

    private const double Rate = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private int _starts;

    /// <summary>Starts it with everything on its command line.</summary>
    public Task<Started> StartAsync(int count) => RunAsync(
        count,
        new Dictionary<string, string>(),
        ["--fleet", Fleet, "--vehicle", Name(), "--broker", $"{broker.Host}:{broker.Port}", "--bundle", bundle.Folder, "--source", "shapes3d", "--rate", Rate.ToString(CultureInfo.InvariantCulture)]);

    /// <summary>Starts it as an IoT Edge module that has never run before: it learns from its twin, over TLS, what to do, and keeps its own copy of the bundle that it came with.</summary>
    public async Task<Started> StartModuleAsync(HubProcess hub, int count)
    {
        var device = Name();
        await hub.SendAsync(HttpMethod.Put, $"/devices/{device}", new JsonObject { ["deviceId"] = device });
        var module = await hub.SendAsync(HttpMethod.Put, $"/devices/{device}/modules/backbone", new JsonObject { ["deviceId"] = device, ["moduleId"] = "backbone" });
        await hub.SendAsync(HttpMethod.Patch, $"/twins/{device}/modules/backbone", new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["desired"] = new JsonObject
                {
                    ["fleet"] = Fleet,
                    ["broker"] = new JsonObject { ["host"] = broker.Host, ["port"] = broker.Port, ["tls"] = false },
                    ["publish"] = new JsonObject { ["rate"] = Rate },
                },
            },
        });
        var authority = Path.Combine(folder, "ca.pem");
        await File.WriteAllTextAsync(authority, hub.AuthoritiesPem);
        var keys = Directory.CreateDirectory(Path.Combine(folder, "keys")).FullName;
        using (var key = SigningKey.Create())
        {
            await File.WriteAllTextAsync(Path.Combine(keys, "release.pem"), key.PublicPem());
        }

        return await RunAsync(
            count,
            new Dictionary<string, string>
            {
                ["EdgeHubConnectionString"] = $"HostName=localhost;DeviceId={device};ModuleId=backbone;SharedAccessKey={module!["authentication"]!["symmetricKey"]!["primaryKey"]}",
                ["EdgeModuleCACertificateFile"] = authority,
                ["MTLSPLIT_EdgeModule__Port"] = hub.MqttPort.ToString(CultureInfo.InvariantCulture),
            },
            ["--store", Path.Combine(folder, $"store-{device}"), "--keys", keys, "--bundle", bundle.Folder, "--source", "shapes3d"]);
    }

    private string Name() => $"car-{_starts++}";

    private async Task<Started> RunAsync(int count, Dictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(executable, [.. arguments, "--log-level", "Warning"]) { RedirectStandardInput = true };
        start.Environment["MTLSPLIT_Process__StopWithParent"] = "true";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        await ReadAsync();
        var first = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        for (var n = 1; n < count; n++)
        {
            await ReadAsync();
        }

        var memory = ResidentMemory.Of(process.Id);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);

        // The next start's first feature is not one of this one's last.
        while (features.Deliveries.TryRead(out var late))
        {
            late.Acknowledge();
        }

        return new Started(first, memory);

        async Task ReadAsync()
        {
            using var limit = new CancellationTokenSource(Patience);
            try
            {
                (await features.Deliveries.ReadAsync(limit.Token)).Acknowledge();
            }
            catch (OperationCanceledException e)
            {
                throw new InvalidOperationException($"{executable} made no feature within {Patience}.", e);
            }
        }
    }
}
