using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;

namespace MtlSplit.IoT.DevHub.Tests.Running;

/// <summary>The hub as it ships, on free ports, and its REST interface.</summary>
internal sealed class RunningHub : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly JsonObject _at;

    private RunningHub(ProgramUnderTest program, JsonObject at)
    {
        Program = program;
        _at = at;
        var authority = X509CertificateLoader.LoadCertificateFromFile(at["authority"]!.GetValue<string>());
        _http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { authority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        })
        {
            BaseAddress = new Uri($"https://localhost:{at["httpsPort"]!.GetValue<int>()}"),
            Timeout = TimeSpan.FromSeconds(20),
        };
    }

    public ProgramUnderTest Program { get; }

    /// <summary>What it wrote into its ready file.</summary>
    public JsonObject At => _at;

    public string ConnectionString => File.ReadAllText(_at["connectionStringFile"]!.GetValue<string>());

    /// <summary>Starts it on a folder of data.</summary>
    /// <param name="data">The folder.</param>
    /// <param name="more">More of the command line.</param>
    public static Task<RunningHub> StartAsync(string data, params IReadOnlyList<string> more) => StartAsync(data, more, new Dictionary<string, string>());

    /// <summary>Starts it on a folder of data.</summary>
    /// <param name="data">The folder.</param>
    /// <param name="more">More of the command line.</param>
    /// <param name="environment">Variables that it gets.</param>
    public static async Task<RunningHub> StartAsync(string data, IReadOnlyList<string> more, IReadOnlyDictionary<string, string> environment)
    {
        var ready = Path.Combine(data, "ready.json");
        File.Delete(ready);
        var program = ProgramUnderTest.Start("MtlSplit.IoT.DevHub", environment, ["hub", "--data", data, "--https-port", "0", "--mqtt-port", "0", "--ready-file", ready, .. more]);
        await Expect.UntilAsync(() => File.Exists(ready), "the hub listens");
        return new RunningHub(program, JsonNode.Parse(await File.ReadAllTextAsync(ready))!.AsObject());
    }

    /// <summary>One request with the owner's key.</summary>
    public async Task<(int Status, JsonNode? Body)> SendAsync(string method, string path, string? body = null, string? ifMatch = null)
    {
        var connection = HubConnectionString.Parse(ConnectionString);
        var token = SasToken.Create(connection.HostName, Convert.FromBase64String(connection.SharedAccessKey!), TimeProvider.System.GetUtcNow().AddMinutes(10), connection.SharedAccessKeyName);
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}api-version=2021-04-12");
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

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Program.DisposeAsync();
    }
}
