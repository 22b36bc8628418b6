using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Testing.Hubs;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Devices;

/// <summary>A hub, and one device of it with its runtime's process. The image <c>test/module</c> is this executable.</summary>
internal sealed class RunningDevice : IAsyncDisposable
{
    public const string Device = "vehicle-7";

    private readonly DirectoryInfo _folder;
    private readonly string _connection;
    private readonly string _engine;
    private readonly TimeSpan _restartPause;
    private readonly string? _trusted;
    private readonly List<ProgramUnderTest> _programs = [];

    private RunningDevice(DirectoryInfo folder, RunningHub hub, string connection, string engine, TimeSpan restartPause, string? trusted) =>
        (_folder, Hub, _connection, _engine, _restartPause, _trusted) = (folder, hub, connection, engine, restartPause, trusted);

    public RunningHub Hub { get; }

    public string Data => Path.Combine(_folder.FullName, "device");

    public ProgramUnderTest Program => _programs[^1];

    /// <summary>Starts both.</summary>
    /// <param name="engine">The socket of the container engine; none unless given.</param>
    /// <param name="restartPause">The pause before a module's first restart.</param>
    /// <param name="trusted">The file of an authority that modules trust beside the hub's, PEM.</param>
    public static async Task<RunningDevice> StartAsync(string engine = "/nowhere", TimeSpan? restartPause = null, string? trusted = null)
    {
        var folder = Directory.CreateTempSubdirectory("er-");
        var hub = await RunningHub.StartAsync(folder.CreateSubdirectory("hub").FullName);
        var device = new RunningDevice(folder, hub, await hub.AddDeviceAsync(Device), engine, restartPause ?? TimeSpan.FromSeconds(0.2), trusted);
        try
        {
            await device.StartRuntimeAsync();
            return device;
        }
        catch
        {
            await device.DisposeAsync();
            throw;
        }
    }

    public async Task StartRuntimeAsync()
    {
        var images = Path.Combine(_folder.FullName, "modules.json");
        var authorities = Path.Combine(_folder.FullName, "authorities.pem");
        await File.WriteAllTextAsync(authorities, $"{await File.ReadAllTextAsync(Hub.Authority)}\n{(_trusted is null ? "" : await File.ReadAllTextAsync(_trusted))}");
        await File.WriteAllTextAsync(images, new JsonObject
        {
            ["images"] = new JsonObject
            {
                ["test/module"] = new JsonObject { ["executable"] = "dotnet", ["arguments"] = new JsonArray(Path.Combine(AppContext.BaseDirectory, "MtlSplit.IoT.EdgeRuntime.Tests.dll"), "be-a-module") },
                ["test/backbone"] = new JsonObject { ["executable"] = Sibling("MtlSplit.IoT.Backbone") },
                ["test/sleeper"] = new JsonObject { ["executable"] = "/bin/sleep", ["arguments"] = new JsonArray("100000") },
            },
        }.ToJsonString());
        var ready = Path.Combine(_folder.FullName, "ready.json");
        File.Delete(ready);
        var program = ProgramUnderTest.Start(
            // Where the build puts it: the tests' own folder lacks what the hub has from its shared framework.
            Path.Combine("..", "..", "MtlSplit.IoT.EdgeRuntime", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "MtlSplit.IoT.EdgeRuntime"),
            new Dictionary<string, string> { ["MTLSPLIT_Edge__RestartPause"] = $"{_restartPause:c}", ["MTLSPLIT_Edge__StopGrace"] = "00:00:05" },
            "edge", "--device", Device, "--connection-string", _connection, "--data", Data, "--modules", images, "--hub-ca", authorities, "--hub-mqtt-port", $"{Hub.MqttPort}",
            "--hub-https-port", $"{Hub.HttpsPort}", "--mqtt-port", "0", "--https-port", "0", "--engine", _engine, "--ready-file", ready);
        _programs.Add(program);
        try
        {
            await Expect.UntilAsync(() => File.Exists(ready), "the runtime runs", TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} It said: {program.Log}");
        }
    }

    private static string Sibling(string project) =>
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), project));

    /// <summary>A module calls another one's method through edgeHub.</summary>
    public async Task CallOnDeviceAsync(string caller, string target, string method, string payload)
    {
        var at = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "ready.json")))!;
        var identities = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Data, "identities.json")))!.AsArray();
        var key = Convert.FromBase64String(identities.Single(module => module!["moduleId"]!.GetValue<string>() == caller)!["key"]!.GetValue<string>());
        var id = new HubIdentity(Device, caller);
        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(at["authority"]!.GetValue<string>()) },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });
        // A call that finds a module between two connections gets no answer: nobody keeps calls.
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"https://localhost:{at["httpsPort"]}/twins/{Device}/modules/{target}/methods");
            request.Headers.TryAddWithoutValidation("x-ms-edge-moduleId", id.ClientId);
            request.Headers.TryAddWithoutValidation("Authorization", SasToken.Create(SasToken.ResourceOf("localhost", id), key, TimeProvider.System.GetUtcNow().AddMinutes(5)).ToString());
            request.Content = new StringContent(
                $$"""{"methodName":"{{method}}","payload":{{payload}},"responseTimeoutInSeconds":5,"connectTimeoutInSeconds":30}""", System.Text.Encoding.UTF8, "application/json");

            using var response = await http.SendAsync(request);

            if (response.IsSuccessStatusCode)
            {
                return;
            }

            Assert.True(attempt < 5, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
    }

    /// <summary>A module's process as the runtime keeps it; waits for the process to write its number down, which it does itself a moment after its start.</summary>
    public async Task<int> ProcessOfAsync(string module)
    {
        int? process = null;
        await Expect.UntilAsync(() => (process = WrittenDown()) is not null, $"a process of {module} has written its number down");
        return process!.Value;

        int? WrittenDown() => Directory.GetFiles(Path.Combine(Data, "modules", module), "launch-*.pid").OrderBy(File.GetLastWriteTimeUtc).LastOrDefault() is { } file
            && File.ReadAllText(file).Split(' ') is [{ Length: > 0 } number, ..] ? int.Parse(number) : null;
    }

    /// <summary>Every process on the machine that this device's runtimes have launched: they all have its folder in their environment.</summary>
    public List<int> Living() =>
    [
        .. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!)).Where(process =>
        {
            try
            {
                return MtlSplit.IoT.EdgeRuntime.Running.Processes.ProcessStat.Of(process) is { Ended: false }
                    && File.ReadAllText($"/proc/{process}/environ").Contains($"IOTEDGE_WORKLOADURI=unix://{Data}/", StringComparison.Ordinal);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }),
    ];

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        await Hub.DisposeAsync();
        foreach (var file in Directory.Exists(Data) ? Directory.GetFiles(Path.Combine(Data, "modules"), "launch-*.pid", SearchOption.AllDirectories) : [])
        {
            // What a killed runtime left; only what it started itself.
            if (MtlSplit.IoT.EdgeRuntime.Running.Processes.ProcessStat.TryParse(await File.ReadAllTextAsync(file), out var left))
            {
                MtlSplit.IoT.EdgeRuntime.Running.Processes.Signals.End(left);
            }
        }

        _folder.Delete(recursive: true);
    }
}
