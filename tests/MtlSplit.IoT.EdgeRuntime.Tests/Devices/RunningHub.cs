using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Devices;

/// <summary>The hub's own process, and its REST interface. Comes back on the ports that it had.</summary>
internal sealed class RunningHub : IAsyncDisposable
{
    private readonly string _folder;
    private readonly IReadOnlyList<string> _more;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private ProgramUnderTest _program;
    private HttpClient _http;
    private JsonObject _at;

    private RunningHub(string folder, IReadOnlyList<string> more, IReadOnlyDictionary<string, string> environment, ProgramUnderTest program, JsonObject at)
    {
        (_folder, _more, _environment, _program, _at) = (folder, more, environment, program, at);
        _http = Client(at);
    }

    public int MqttPort => _at["mqttPort"]!.GetValue<int>();

    public int HttpsPort => _at["httpsPort"]!.GetValue<int>();

    public string Authority => _at["authority"]!.GetValue<string>();

    /// <summary>What it printed so far.</summary>
    public string Log => _program.Log;

    public static Task<RunningHub> StartAsync(string folder) => StartAsync(folder, [], new Dictionary<string, string>());

    /// <summary>Starts it with more of a command line, and variables.</summary>
    public static async Task<RunningHub> StartAsync(string folder, IReadOnlyList<string> more, IReadOnlyDictionary<string, string> environment)
    {
        var (program, at) = await LaunchAsync(folder, more, environment, 0, 0);
        return new RunningHub(folder, more, environment, program, at);
    }

    public async Task StopAsync() => await _program.KillAsync();

    public async Task StartAgainAsync()
    {
        (_program, _at) = await LaunchAsync(_folder, _more, _environment, HttpsPort, MqttPort);
        _http.Dispose();
        _http = Client(_at);
    }

    /// <summary>An edge device; gives its connection string.</summary>
    public async Task<string> AddDeviceAsync(string device)
    {
        var made = await SendAsync("PUT", $"/devices/{device}", """{"capabilities":{"iotEdge":true}}""");
        return $"HostName=localhost;DeviceId={device};SharedAccessKey={made!["authentication"]!["symmetricKey"]!["primaryKey"]}";
    }

    public Task DeployAsync(string device, JsonObject modulesContent) =>
        SendAsync("POST", $"/devices/{device}/applyConfigurationContent", new JsonObject { ["modulesContent"] = modulesContent.DeepClone() }.ToJsonString());

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
                var events = SendAsync("GET", "/devhub/events", query: "&after=0&max=1000").GetAwaiter().GetResult()!["events"]!.AsArray();
                texts = [.. events.Where(one => one!["moduleId"]?.GetValue<string>() == module).Select(one => Encoding.UTF8.GetString(Convert.FromBase64String(one!["body"]!.GetValue<string>())))];
                return texts.Count >= count;
            },
            $"{count} events of {module}",
            TimeSpan.FromSeconds(60));
        return texts;
    }

    public async Task<JsonNode?> SendAsync(string method, string path, string? body = null, string query = "")
    {
        var connection = HubConnectionString.Parse(await File.ReadAllTextAsync(_at["connectionStringFile"]!.GetValue<string>()));
        var token = SasToken.Create(connection.HostName, Convert.FromBase64String(connection.SharedAccessKey!), TimeProvider.System.GetUtcNow().AddMinutes(10), connection.SharedAccessKeyName);
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{path}?api-version=2021-04-12{query}");
        request.Headers.TryAddWithoutValidation("Authorization", token.ToString());
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? text.Length == 0 ? null : JsonNode.Parse(text) : throw new HttpRequestException($"{method} {path}: {(int)response.StatusCode} {text}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _program.DisposeAsync();
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

    private static HttpClient Client(JsonObject at) => new(new SocketsHttpHandler
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
    })
    {
        BaseAddress = new Uri($"https://localhost:{at["httpsPort"]!.GetValue<int>()}"),
        Timeout = TimeSpan.FromSeconds(60),
    };
}
