using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;

namespace MtlSplit.IoT.Testing.Hubs;

/// <summary>The hub as it ships, on free ports, and its REST interface. Comes back on the ports that it had. The test's project refers to the hub's.</summary>
public sealed class RunningHub : IAsyncDisposable
{
    private readonly string _folder;
    private HttpClient _http;
    private JsonObject _at;

    private RunningHub(string folder, ProgramUnderTest program, JsonObject at)
    {
        (_folder, Program, _at) = (folder, program, at);
        _http = Client(at);
    }

    /// <summary>Its process.</summary>
    public ProgramUnderTest Program { get; private set; }

    /// <summary>The owner's connection string.</summary>
    public string ConnectionString => File.ReadAllText(_at["connectionStringFile"]!.GetValue<string>());

    /// <summary>Where modules and devices connect.</summary>
    public int MqttPort => _at["mqttPort"]!.GetValue<int>();

    /// <summary>Where services ask.</summary>
    public int HttpsPort => _at["httpsPort"]!.GetValue<int>();

    /// <summary>The file of the authority that signed its certificate, PEM.</summary>
    public string Authority => _at["authority"]!.GetValue<string>();

    /// <summary>Starts it on a folder of data.</summary>
    public static async Task<RunningHub> StartAsync(string folder)
    {
        var (program, at) = await LaunchAsync(folder, 0, 0);
        return new RunningHub(folder, program, at);
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async Task StopAsync() => await Program.KillAsync();

    /// <summary>Starts it again where it was.</summary>
    public async Task StartAgainAsync()
    {
        (Program, _at) = await LaunchAsync(_folder, HttpsPort, MqttPort);
        _http.Dispose();
        _http = Client(_at);
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
                var events = SendAsync("GET", "/devhub/events", query: "&after=0&max=1000").GetAwaiter().GetResult()!["events"]!.AsArray();
                texts = [.. events.Where(one => one!["moduleId"]?.GetValue<string>() == module).Select(one => Encoding.UTF8.GetString(Convert.FromBase64String(one!["body"]!.GetValue<string>())))];
                return texts.Count >= count;
            },
            $"{count} events of {module}",
            TimeSpan.FromSeconds(60));
        return texts;
    }

    /// <summary>One request with the owner's key, which the hub must not refuse.</summary>
    /// <exception cref="HttpRequestException">It did; the message has its answer.</exception>
    public async Task<JsonNode?> SendAsync(string method, string path, string? body = null, string query = "")
    {
        var (status, answer) = await TrySendAsync(method, path, body, query);
        return status is >= 200 and < 300 ? answer : throw new HttpRequestException($"{method} {path}: {status} {answer?.ToJsonString()}");
    }

    /// <summary>One request with the owner's key.</summary>
    public async Task<(int Status, JsonNode? Body)> TrySendAsync(string method, string path, string? body = null, string query = "", string? ifMatch = null)
    {
        var connection = HubConnectionString.Parse(ConnectionString);
        var token = SasToken.Create(connection.HostName, Convert.FromBase64String(connection.SharedAccessKey!), TimeProvider.System.GetUtcNow().AddMinutes(10), connection.SharedAccessKeyName);
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{path}?api-version=2021-04-12{query}");
        request.Headers.TryAddWithoutValidation("Authorization", token.ToString());
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Program.DisposeAsync();
    }

    private static async Task<(ProgramUnderTest Program, JsonObject At)> LaunchAsync(string folder, int https, int mqtt)
    {
        var ready = Path.Combine(folder, "ready.json");
        File.Delete(ready);
        var program = ProgramUnderTest.Start("MtlSplit.IoT.DevHub", "hub", "--data", folder, "--https-port", $"{https}", "--mqtt-port", $"{mqtt}", "--ready-file", ready);
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
