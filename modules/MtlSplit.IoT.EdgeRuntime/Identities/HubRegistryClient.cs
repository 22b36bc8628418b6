using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace MtlSplit.IoT.EdgeRuntime.Identities;

/// <summary>The hub's registry over REST, with a token of the device. Retries what may pass, within a minute; whoever made it disposes it.</summary>
internal sealed class HubRegistryClient : IModuleRegistry, IDisposable
{
    private const string ApiVersion = "2021-04-12";
    private const int LargestAnswer = 4 << 20;
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(10);

    private readonly HubAddress _hub;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public HubRegistryClient(HubAddress hub, TimeProvider time)
    {
        _hub = hub;
        _time = time;
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) };
        handler.SslOptions = new SslClientAuthenticationOptions { TargetHost = hub.HostName };
        if (hub.AuthoritiesPem is { } pem)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPem(pem);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://{hub.Dial}:{hub.HttpsPort}/"),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestAnswer,
        };
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddTimeout(TimeSpan.FromMinutes(1))
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = 4,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(300),
                ShouldHandle = static outcome => ValueTask.FromResult(
                    outcome.Outcome.Exception is HttpRequestException or TimeoutRejectedException
                    || outcome.Outcome.Result?.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError),
            })
            .AddTimeout(TimeSpan.FromSeconds(15))
            .Build();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ModuleIdentity>> ListAsync(CancellationToken ct)
    {
        var answer = await SendAsync(HttpMethod.Get, null, null, null, ct);
        return answer is JsonArray modules ? [.. modules.Select(Read)] : throw Unreadable();
    }

    /// <inheritdoc/>
    public async Task<ModuleIdentity> CreateAsync(string moduleId, CancellationToken ct)
    {
        var body = new JsonObject
        {
            ["deviceId"] = _hub.Device.DeviceId,
            ["moduleId"] = moduleId,
            ["managedBy"] = ModuleIdentity.Keeper,
            ["authentication"] = new JsonObject { ["type"] = "sas", ["symmetricKey"] = new JsonObject { ["primaryKey"] = "", ["secondaryKey"] = "" } },
        };
        try
        {
            return Read(await SendAsync(HttpMethod.Put, moduleId, body, null, ct));
        }
        catch (HubException e) when (e.Code.HttpStatus == 409)
        {
            // The answer to an earlier attempt was lost, or somebody else was faster.
            return Read(await SendAsync(HttpMethod.Get, moduleId, null, null, ct));
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string moduleId, CancellationToken ct)
    {
        try
        {
            await SendAsync(HttpMethod.Delete, moduleId, null, "\"*\"", ct);
        }
        catch (HubException e) when (e.Code.HttpStatus == 404)
        {
            // Gone already.
        }
    }

    public void Dispose() => _http.Dispose();

    private static HubException Unreadable() => new(HubErrors.ServerError, "The hub's answer about modules of this device cannot be read.");

    private static HubErrorCode CodeOf(HttpStatusCode status, string body) =>
        HubErrors.All.FirstOrDefault(code => code.HttpStatus == (int)status && body.Contains($"ErrorCode:{code.Name};", StringComparison.Ordinal))
        ?? HubErrors.All.FirstOrDefault(code => code.HttpStatus == (int)status)
        ?? HubErrors.ServerError;

    private async Task<JsonNode?> SendAsync(HttpMethod method, string? moduleId, JsonObject? body, string? ifMatch, CancellationToken ct)
    {
        var path = $"devices/{Uri.EscapeDataString(_hub.Device.DeviceId)}/modules{(moduleId is null ? "" : $"/{Uri.EscapeDataString(moduleId)}")}?api-version={ApiVersion}";
        try
        {
            using var response = await _pipeline.ExecuteAsync(async token => await _http.SendAsync(Request(method, path, body, ifMatch), token), ct);
            var content = await response.Content.ReadAsByteArrayAsync(ct);
            if (!response.IsSuccessStatusCode)
            {
                var text = System.Text.Encoding.UTF8.GetString(content.AsSpan(0, Math.Min(content.Length, 2000)));
                throw new HubException(CodeOf(response.StatusCode, text), $"The hub answers {(int)response.StatusCode} to {method} {path}: {text}");
            }

            return content.Length == 0 ? null : HubJson.TryParse(content, out var read, out _) ? read : throw Unreadable();
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException)
        {
            throw new HubException(HubErrors.ServiceUnavailable, $"The hub's REST interface at {_hub.Dial}:{_hub.HttpsPort} cannot be reached: {e.Message}", e);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path, JsonObject? body, string? ifMatch)
    {
        var token = SasToken.Create(SasToken.ResourceOf(_hub.HostName, _hub.Device), _hub.DeviceKey, _time.GetUtcNow() + TokenLifetime);
        var request = new HttpRequestMessage(method, path);
        request.Headers.Host = _hub.HostName;
        request.Headers.TryAddWithoutValidation("Authorization", token.ToString());
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(HubJson.ToUtf8(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        }

        return request;
    }

    private ModuleIdentity Read(JsonNode? json)
    {
        try
        {
            var keys = json!["authentication"]?["symmetricKey"];
            return new ModuleIdentity(
                new HubIdentity(_hub.Device.DeviceId, json["moduleId"]!.GetValue<string>()),
                json["generationId"]!.GetValue<string>(),
                Convert.FromBase64String(keys?["primaryKey"]?.GetValue<string>() ?? ""),
                Convert.FromBase64String(keys?["secondaryKey"]?.GetValue<string>() ?? ""),
                json["managedBy"]?.GetValue<string>());
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or FormatException)
        {
            throw Unreadable();
        }
    }
}
