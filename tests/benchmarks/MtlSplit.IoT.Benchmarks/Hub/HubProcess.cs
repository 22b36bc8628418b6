using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.Benchmarks.Hub;

/// <summary>The hub's own process on a folder of its own, and its REST interface.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder;
    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly string _token;

    private HubProcess(DirectoryInfo folder, Process process, JsonNode at)
    {
        (_folder, _process) = (folder, process);
        MqttPort = at["mqttPort"]!.GetValue<int>();
        AuthoritiesPem = File.ReadAllText(at["authority"]!.GetValue<string>());
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPem(AuthoritiesPem);
        _http = new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust } })
        {
            BaseAddress = new Uri($"https://localhost:{at["httpsPort"]}"),
            Timeout = Patience,
        };
        var owner = HubConnectionString.Parse(File.ReadAllText(at["connectionStringFile"]!.GetValue<string>()).Trim());
        _token = SasToken.Create(owner.HostName, Convert.FromBase64String(owner.SharedAccessKey!), TimeProvider.System.GetUtcNow().AddHours(6), owner.SharedAccessKeyName).ToString();
    }

    public int MqttPort { get; }

    public string AuthoritiesPem { get; }

    /// <summary>Processor time so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory that it has now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static async Task<HubProcess> StartAsync()
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "MtlSplit.IoT.DevHub", configuration, "MtlSplit.IoT.DevHub"));
        var folder = Directory.CreateTempSubdirectory("mtlsplit-hub-");
        var ready = Path.Combine(folder.FullName, "ready.json");
        // Its standard input ends with this process, and with it the hub.
        var start = new ProcessStartInfo(program, ["hub", "--data", Path.Combine(folder.FullName, "hub"), "--https-port", "0", "--mqtt-port", "0", "--ready-file", ready, "--log-level", "Warning"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["MTLSPLIT_Process__StopWithParent"] = "true";
        var process = Process.Start(start)!;
        // Where it listens is nothing for the report.
        process.BeginOutputReadLine();
        var began = Stopwatch.GetTimestamp();
        while (!File.Exists(ready))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(began) > Patience)
            {
                throw new InvalidOperationException($"{program} does not listen.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        return new HubProcess(folder, process, JsonNode.Parse(await File.ReadAllTextAsync(ready))!);
    }

    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonNode? body)
    {
        using var request = new HttpRequestMessage(method, $"{path}?api-version=2021-04-12");
        request.Headers.TryAddWithoutValidation("Authorization", _token);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? text.Length == 0 ? null : JsonNode.Parse(text) : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
