using System.Net.Http.Headers;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using Polly;
using Polly.Timeout;

namespace MtlSplit.IoT.Cli.Hubs;

/// <summary>The calls of a hub's service interface that commands need, over HTTPS. Thread-safe.</summary>
internal sealed class HubService : IDisposable
{
    private const string ApiVersion = "api-version=2021-04-12";
    private const string ContinuationHeader = "x-ms-continuation";
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(10);

    private readonly HubConnectionString _hub;
    private readonly byte[] _key;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline _pipeline;

    /// <param name="hub">A connection string with a policy's name and key.</param>
    /// <param name="caFile">Authorities of the hub's certificate, PEM; null: the machine's own.</param>
    /// <param name="time">The clock, for tokens and pauses.</param>
    /// <exception cref="HubFormatException">The connection string has no policy's key.</exception>
    public HubService(HubConnectionString hub, string? caFile, TimeProvider time)
    {
        if (hub.SharedAccessKeyName is null || hub.SharedAccessKey is null)
        {
            throw new HubFormatException("SharedAccessKeyName", "SharedAccessKeyName and SharedAccessKey of a policy are wanted; a device's connection string will not do.");
        }

        (_hub, _key, _time) = (hub, Convert.FromBase64String(hub.SharedAccessKey), time);
        _http = new HttpClient(Handler(caFile)) { BaseAddress = new Uri($"https://{hub.HostName}"), Timeout = Timeout.InfiniteTimeSpan };
        _pipeline = HubServicePipeline.Build(time, new Random(Environment.ProcessId));
    }

    /// <summary>Creates a deployment. One of the same id and content that is there already is taken as created.</summary>
    /// <exception cref="HubServiceException">The hub refused or did not answer.</exception>
    public async Task CreateConfigurationAsync(string id, int priority, string targetCondition, JsonNode? labels, JsonObject content, CancellationToken ct)
    {
        var path = $"/configurations/{Uri.EscapeDataString(id)}";
        var body = new JsonObject { ["id"] = id, ["schemaVersion"] = "1.0", ["priority"] = priority, ["targetCondition"] = targetCondition, ["labels"] = labels, ["content"] = content };
        try
        {
            await SendAsync(HttpMethod.Put, path, body, ct);
        }
        catch (HubServiceException e) when (e.Status == 409)
        {
            // An attempt whose answer was lost, or the same command twice.
            var there = await SendAsync(HttpMethod.Get, path, null, ct);
            if (!JsonNode.DeepEquals(there?["content"]?["modulesContent"], content["modulesContent"]))
            {
                throw;
            }
        }
    }

    /// <summary>Gives content to one device.</summary>
    /// <exception cref="HubServiceException">The hub refused or did not answer.</exception>
    public Task ApplyAsync(string device, JsonObject content, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, $"/devices/{Uri.EscapeDataString(device)}/applyConfigurationContent", content, ct);

    /// <summary>The hub's name as devices know it, without the port of this interface.</summary>
    public string HostName => _hub.HostName.Split(':')[0];

    /// <summary>Registers a device, or, with a condition, changes it.</summary>
    /// <exception cref="HubServiceException">The hub refused or did not answer.</exception>
    public async Task<JsonObject> PutDeviceAsync(string device, JsonObject identity, CancellationToken ct) =>
        (await SendAsync(HttpMethod.Put, PathOf("devices", device), identity, ct))!.AsObject();

    /// <summary>A device's identity, keys included.</summary>
    /// <exception cref="HubServiceException">There is none, the hub refused, or did not answer.</exception>
    public async Task<JsonObject> GetDeviceAsync(string device, CancellationToken ct) => (await SendAsync(HttpMethod.Get, PathOf("devices", device), null, ct))!.AsObject();

    /// <summary>A device's twin.</summary>
    /// <exception cref="HubServiceException">There is none, the hub refused, or did not answer.</exception>
    public async Task<JsonObject> GetTwinAsync(string device, CancellationToken ct) => (await SendAsync(HttpMethod.Get, PathOf("twins", device), null, ct))!.AsObject();

    /// <summary>Merges tags into a device's twin; null takes one away.</summary>
    /// <exception cref="HubServiceException">There is no such device, the hub refused, or did not answer.</exception>
    public async Task<JsonObject> SetTagsAsync(string device, JsonObject tags, CancellationToken ct) =>
        (await SendAsync(HttpMethod.Patch, PathOf("twins", device), new JsonObject { ["tags"] = tags.DeepClone() }, ct))!.AsObject();

    /// <summary>Removes a device with its modules. One that is gone after an answer that was lost counts as removed.</summary>
    /// <exception cref="HubServiceException">There is none, the hub refused, or did not answer.</exception>
    public async Task DeleteDeviceAsync(string device, CancellationToken ct)
    {
        var asked = 0;
        try
        {
            await RepeatAsync(
                attempt =>
                {
                    asked++;
                    return SendOnceAsync(HttpMethod.Delete, PathOf("devices", device), null, attempt);
                },
                $"DELETE {PathOf("devices", device)}",
                ct);
        }
        catch (HubServiceException e) when (e.Status == 404 && asked > 1)
        {
            // The attempt before did it.
        }
    }

    /// <summary>What a query selects, page by page.</summary>
    /// <exception cref="HubServiceException">The hub refused or did not answer.</exception>
    public async IAsyncEnumerable<JsonObject> QueryAsync(string query, [EnumeratorCancellation] CancellationToken ct)
    {
        var body = new JsonObject { ["query"] = query };
        string? continuation = null;
        do
        {
            var page = new Page { Continuation = continuation };
            var rows = await RepeatAsync(attempt => SendOnceAsync(HttpMethod.Post, "/devices/query", body, attempt, page), "POST /devices/query", ct);
            foreach (var row in rows!.AsArray())
            {
                yield return row!.AsObject();
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);
    }

    /// <summary>Registers an IoT Edge device, or finds the one that is there.</summary>
    /// <returns>Its connection string.</returns>
    /// <exception cref="HubServiceException">The hub refused or did not answer.</exception>
    public async Task<HubConnectionString> RegisterEdgeDeviceAsync(string device, CancellationToken ct)
    {
        var path = $"/devices/{Uri.EscapeDataString(device)}";
        JsonNode? made;
        try
        {
            made = await SendAsync(HttpMethod.Put, path, new JsonObject { ["deviceId"] = device, ["capabilities"] = new JsonObject { ["iotEdge"] = true } }, ct);
        }
        catch (HubServiceException e) when (e.Status == 409)
        {
            made = await SendAsync(HttpMethod.Get, path, null, ct);
        }

        var key = made?["authentication"]?["symmetricKey"]?["primaryKey"]?.GetValue<string>();
        return new HubConnectionString
        {
            // A device's name for its hub has no port: it has settings of its own for those.
            HostName = _hub.HostName.Split(':')[0],
            DeviceId = device,
            SharedAccessKey = key ?? throw new HubServiceException($"PUT {path}: the hub gave {device} no key"),
        };
    }

    /// <summary>What a module reports, without what the hub adds; null: the device has not made such a module yet.</summary>
    /// <exception cref="HubServiceException">The hub refused or did not answer.</exception>
    public async Task<JsonObject?> ReadReportedAsync(string device, string module, CancellationToken ct)
    {
        JsonNode? twin;
        try
        {
            twin = await SendAsync(HttpMethod.Get, $"/twins/{Uri.EscapeDataString(device)}/modules/{Uri.EscapeDataString(module)}", null, ct);
        }
        catch (HubServiceException e) when (e.Status == 404)
        {
            return null;
        }

        if (twin?["properties"]?["reported"] is not JsonObject reported)
        {
            return null;
        }

        foreach (var added in reported.Select(member => member.Key).Where(name => name.StartsWith('$')).ToList())
        {
            reported.Remove(added);
        }

        return reported;
    }

    public void Dispose() => _http.Dispose();

    private static string PathOf(string kind, string device) => $"/{kind}/{Uri.EscapeDataString(device)}";

    private static SocketsHttpHandler Handler(string? caFile)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        if (caFile is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(caFile);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        return handler;
    }

    private Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken ct) =>
        RepeatAsync(attempt => SendOnceAsync(method, path, body, attempt), $"{method} {path}", ct);

    private async Task<JsonNode?> RepeatAsync(Func<CancellationToken, Task<JsonNode?>> once, string what, CancellationToken ct)
    {
        try
        {
            return await _pipeline.ExecuteAsync(async attempt => await once(attempt), ct);
        }
        catch (TimeoutRejectedException e)
        {
            throw new HubServiceException($"{what}: the hub at {_hub.HostName} does not answer within {e.Timeout.TotalSeconds} s", cause: e);
        }
    }

    private async Task<JsonNode?> SendOnceAsync(HttpMethod method, string path, JsonNode? body, CancellationToken ct, Page? page = null)
    {
        using var request = new HttpRequestMessage(method, $"{path}?{ApiVersion}");
        var token = SasToken.Create(Uri.EscapeDataString(_hub.HostName), _key, _time.GetUtcNow() + TokenLife, _hub.SharedAccessKeyName);
        request.Headers.TryAddWithoutValidation("Authorization", token.ToString());
        if (method == HttpMethod.Delete)
        {
            // A removal needs a condition: whatever it has become.
            request.Headers.TryAddWithoutValidation("If-Match", "\"*\"");
        }

        if (page?.Continuation is { } continuation)
        {
            request.Headers.TryAddWithoutValidation(ContinuationHeader, continuation);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        HttpResponseMessage response;
        byte[] answer;
        try
        {
            response = await _http.SendAsync(request, ct);
            answer = await response.Content.ReadAsByteArrayAsync(ct);
        }
        catch (HttpRequestException e)
        {
            var why = e.InnerException is AuthenticationException tls ? $"{tls.Message} (--hub-ca names the authorities to trust)" : e.Message;
            throw new HubServiceException($"{method} {path}: the hub at {_hub.HostName} does not answer: {why}", cause: e);
        }

        using (response)
        {
            page?.Continuation = response.Headers.TryGetValues(ContinuationHeader, out var next) ? next.FirstOrDefault() : null;
            var json = HubJson.TryParse(answer, out var read, out _) ? read : null;
            return response.IsSuccessStatusCode
                ? json
                : throw new HubServiceException($"{method} {path}: the hub says {(int)response.StatusCode}: {(json as JsonObject)?["Message"]?.ToString() ?? response.ReasonPhrase}", (int)response.StatusCode)
                {
                    RetryAfter = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - _time.GetUtcNow() : null,
                };
        }
    }

    /// <summary>Where in a query's answer one is.</summary>
    private sealed class Page
    {
        /// <summary>What the next page is asked for with; null: there is none.</summary>
        public string? Continuation { get; set; }
    }
}
