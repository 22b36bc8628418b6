using System.Text;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;

namespace MtlSplit.IoT.Testing.Hubs;

/// <summary>The hub as it ships, on free ports, and its REST interface. Comes back on the ports that it had. The test's project refers to the hub's.</summary>
public sealed class RunningHub : IAsyncDisposable
{
    private readonly string _folder;
    private readonly IReadOnlyList<string> _more;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private HubRest _rest;

    private RunningHub(string folder, IReadOnlyList<string> more, IReadOnlyDictionary<string, string> environment, ProgramUnderTest program, JsonObject at) =>
        (_folder, _more, _environment, Program, _rest) = (folder, more, environment, program, new HubRest(at));

    /// <summary>Its process.</summary>
    public ProgramUnderTest Program { get; private set; }

    /// <summary>The owner's connection string.</summary>
    public string ConnectionString => _rest.ConnectionString;

    /// <summary>What it wrote into its ready file.</summary>
    public JsonObject At => _rest.At;

    /// <summary>Where modules and devices connect.</summary>
    public int MqttPort => At["mqttPort"]!.GetValue<int>();

    /// <summary>Where services ask.</summary>
    public int HttpsPort => At["httpsPort"]!.GetValue<int>();

    /// <summary>The file of the authority that signed its certificate, PEM.</summary>
    public string Authority => At["authority"]!.GetValue<string>();

    /// <summary>Starts it on a folder of data.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="more">More of the command line.</param>
    public static Task<RunningHub> StartAsync(string folder, params IReadOnlyList<string> more) => StartAsync(folder, more, new Dictionary<string, string>());

    /// <summary>Starts it on a folder of data.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="more">More of the command line.</param>
    /// <param name="environment">Variables that it gets.</param>
    public static async Task<RunningHub> StartAsync(string folder, IReadOnlyList<string> more, IReadOnlyDictionary<string, string> environment)
    {
        var (program, at) = await LaunchAsync(folder, more, environment, 0, 0);
        return new RunningHub(folder, more, environment, program, at);
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async Task StopAsync() => await Program.KillAsync();

    /// <summary>Starts it again where it was.</summary>
    public async Task StartAgainAsync()
    {
        (Program, var at) = await LaunchAsync(_folder, _more, _environment, HttpsPort, MqttPort);
        _rest.Dispose();
        _rest = new HubRest(at);
    }

    /// <summary>An edge device; gives its connection string.</summary>
    public async Task<string> AddDeviceAsync(string device)
    {
        var made = await SendAsync("PUT", $"/devices/{device}", """{"capabilities":{"iotEdge":true}}""");
        return $"HostName=localhost;DeviceId={device};SharedAccessKey={made!["authentication"]!["symmetricKey"]!["primaryKey"]}";
    }

    /// <summary>Gives a device its modules.</summary>
    public Task DeployAsync(string device, JsonObject modulesContent) =>
        SendAsync("POST", $"/devices/{device}/applyConfigurationContent", new JsonObject { ["modulesContent"] = modulesContent.DeepClone() }.ToJsonString());

    /// <summary>What a module reported.</summary>
    public async Task<JsonNode> ReportedAsync(string device, string module) => (await SendAsync("GET", $"/twins/{device}/modules/{module}"))!["properties"]!["reported"]!;

    /// <summary>Waits until what a module reported is so.</summary>
    public async Task<JsonNode> ReportedAsync(string device, string module, Func<JsonNode, bool> holds, string what)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        while (true)
        {
            var reported = await FindReportedAsync(device, module);
            if (holds(reported))
            {
                return reported;
            }

            if (time.GetElapsedTime(began) > TimeSpan.FromSeconds(60))
            {
                throw new TimeoutException($"{what}: {module} reports {reported.ToJsonString()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), time);
        }
    }

    // A module is registered when its device comes to it.
    private async Task<JsonNode> FindReportedAsync(string device, string module)
    {
        try
        {
            return await ReportedAsync(device, module);
        }
        catch (HttpRequestException e) when (e.Message.Contains("ModuleNotFound", StringComparison.Ordinal))
        {
            return new JsonObject();
        }
    }

    /// <summary>The texts of what a module's output brought to the hub, once there are so many.</summary>
    public async Task<List<string>> EventsAsync(string module, int count)
    {
        List<string> texts = [];
        await Expect.UntilAsync(
            () =>
            {
                var events = SendAsync("GET", "/devhub/events?after=0&max=1000").GetAwaiter().GetResult()!["events"]!.AsArray();
                texts = [.. events.Where(one => one!["moduleId"]?.GetValue<string>() == module).Select(one => Encoding.UTF8.GetString(Convert.FromBase64String(one!["body"]!.GetValue<string>())))];
                return texts.Count >= count;
            },
            $"{count} events of {module}",
            TimeSpan.FromSeconds(60));
        return texts;
    }

    /// <summary>One request with the owner's key, which the hub must not refuse.</summary>
    /// <exception cref="HttpRequestException">It did; the message has its answer.</exception>
    public async Task<JsonNode?> SendAsync(string method, string path, string? body = null)
    {
        var (status, answer) = await TrySendAsync(method, path, body);
        return status is >= 200 and < 300 ? answer : throw new HttpRequestException($"{method} {path}: {status} {answer?.ToJsonString()}");
    }

    /// <summary>One request with the owner's key.</summary>
    public Task<(int Status, JsonNode? Body)> TrySendAsync(string method, string path, string? body = null, string? ifMatch = null) => _rest.SendAsync(method, path, body, ifMatch);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _rest.Dispose();
        await Program.DisposeAsync();
    }

    private static async Task<(ProgramUnderTest Program, JsonObject At)> LaunchAsync(
        string folder, IReadOnlyList<string> more, IReadOnlyDictionary<string, string> environment, int https, int mqtt)
    {
        var ready = Path.Combine(folder, "ready.json");
        File.Delete(ready);
        var program = ProgramUnderTest.Start(
            "MtlSplit.IoT.DevHub", environment, ["hub", "--data", folder, "--https-port", $"{https}", "--mqtt-port", $"{mqtt}", "--ready-file", ready, .. more]);
        await Expect.UntilAsync(() => File.Exists(ready), "the hub listens", TimeSpan.FromSeconds(60));
        return (program, JsonNode.Parse(await File.ReadAllTextAsync(ready))!.AsObject());
    }
}
