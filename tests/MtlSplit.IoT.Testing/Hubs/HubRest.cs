using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.Testing.Hubs;

/// <summary>The REST interface of a hub, with its owner's key.</summary>
public sealed class HubRest : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="at">What the hub wrote into its ready file.</param>
    public HubRest(JsonObject at)
    {
        At = at;
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
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    /// <summary>What the hub wrote into its ready file.</summary>
    public JsonObject At { get; }

    /// <summary>The owner's connection string.</summary>
    public string ConnectionString => File.ReadAllText(At["connectionStringFile"]!.GetValue<string>());

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

    /// <summary>One request of somebody without a key; gives its status.</summary>
    public async Task<int> AskAsStrangerAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri($"{path}?api-version=2021-04-12", UriKind.Relative));
        return (int)response.StatusCode;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
