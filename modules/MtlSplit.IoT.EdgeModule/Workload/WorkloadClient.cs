using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly;

namespace MtlSplit.IoT.EdgeModule.Workload;

/// <summary>
/// The workload API of the IoT Edge daemon: it signs with the module's key, which never leaves it, and makes certificates. Over a unix
/// socket or plain HTTP. Every call is tried up to four times while the daemon cannot be reached or fails by itself, within
/// <see cref="WorkloadOptions.CallTimeout"/>, and otherwise fails with a <see cref="WorkloadException"/>. Thread-safe.
/// </summary>
public sealed class WorkloadClient : IDisposable
{
    // A trust bundle of a few hundred certificates.
    private const int LargestReply = 1024 * 1024;

    private readonly WorkloadOptions _options;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline _pipeline;

    /// <summary>Makes a client; nothing is asked yet.</summary>
    /// <param name="options">Where, and as which module.</param>
    /// <param name="time">The clock of timeouts and pauses.</param>
    /// <exception cref="ArgumentException">The address is neither a unix socket's nor HTTP.</exception>
    public WorkloadClient(WorkloadOptions options, TimeProvider time)
    {
        _options = options;
        _http = new HttpClient(WorkloadSocket.HandlerFor(options.Address))
        {
            // Over a unix socket the name in the URL means nothing; timeouts are the pipeline's.
            BaseAddress = WorkloadSocket.IsUnix(options.Address) ? new Uri("http://localhost/") : options.Address,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestReply,
        };
        _pipeline = WorkloadPipeline.Build(options, time);
    }

    private string Module => $"modules/{Uri.EscapeDataString(_options.ModuleId)}";

    private string Generation => $"{Module}/genid/{Uri.EscapeDataString(_options.GenerationId)}";

    /// <summary>Signs with the module's key.</summary>
    /// <param name="data">What to sign.</param>
    /// <param name="ct">Ends the call.</param>
    /// <returns>The HMAC-SHA256 of the data, base64.</returns>
    /// <exception cref="WorkloadException">The daemon does not do it.</exception>
    public async Task<string> SignAsync(ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        const string Call = "sign";
        var request = JsonSerializer.SerializeToUtf8Bytes(new WorkloadBodies.SignRequest("primary", "HMACSHA256", Convert.ToBase64String(data.Span)), WorkloadJson.Default.SignRequest);
        var reply = await AskAsync(HttpMethod.Post, Call, $"{Generation}/sign", request, WorkloadJson.Default.SignReply, ct);
        var digest = new byte[HMACSHA256.HashSizeInBytes];
        return reply.Digest is { } text && Convert.TryFromBase64String(text, digest, out var length) && length == digest.Length
            ? text
            : throw NotUnderstood(Call, "the digest is not the base64 of 32 bytes");
    }

    /// <summary>The certificates that the module should trust when it talks to the edge device, as PEM text.</summary>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="WorkloadException">The daemon does not do it, or the bundle holds no certificate.</exception>
    public async Task<string> TrustBundleAsync(CancellationToken ct)
    {
        const string Call = "trust bundle";
        var reply = await AskAsync(HttpMethod.Get, Call, "trust-bundle", body: null, WorkloadJson.Default.TrustBundleReply, ct);
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(reply.Certificate);
            if (certificates.Count > 0)
            {
                return reply.Certificate!;
            }
        }
        catch (CryptographicException error)
        {
            throw NotUnderstood(Call, "it is not PEM", error);
        }

        throw NotUnderstood(Call, "it holds no certificate in PEM");
    }

    /// <summary>Makes a certificate by which the module can prove who it is to others.</summary>
    /// <param name="expires">When it should end; null: as the daemon likes.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="WorkloadException">The daemon does not do it.</exception>
    public Task<WorkloadCertificate> IdentityCertificateAsync(DateTimeOffset? expires, CancellationToken ct) => CertificateAsync(
        "identity certificate",
        $"{Module}/certificate/identity",
        JsonSerializer.SerializeToUtf8Bytes(new WorkloadBodies.IdentityCertificateRequest(Text(expires)), WorkloadJson.Default.IdentityCertificateRequest),
        ct);

    /// <summary>Makes a certificate by which the module can serve others. It carries the common name and the module's id.</summary>
    /// <param name="commonName">The host name or address that others dial.</param>
    /// <param name="expires">When it should end; the daemon may choose an earlier time.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="WorkloadException">The daemon does not do it.</exception>
    public Task<WorkloadCertificate> ServerCertificateAsync(string commonName, DateTimeOffset expires, CancellationToken ct) => CertificateAsync(
        "server certificate",
        $"{Generation}/certificate/server",
        JsonSerializer.SerializeToUtf8Bytes(new WorkloadBodies.ServerCertificateRequest(commonName, Text(expires)!), WorkloadJson.Default.ServerCertificateRequest),
        ct);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string? Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    private async Task<WorkloadCertificate> CertificateAsync(string call, string path, byte[] body, CancellationToken ct)
    {
        var reply = await AskAsync(HttpMethod.Post, call, path, body, WorkloadJson.Default.CertificateReply, ct);
        if (reply is not { Certificate: { Length: > 0 } certificate, PrivateKey.Bytes: { Length: > 0 } key })
        {
            throw NotUnderstood(call, "the certificate or its key is missing");
        }

        try
        {
            using var parsed = X509Certificate2.CreateFromPem(certificate, key);
            return new WorkloadCertificate(certificate, key, parsed.NotBefore.ToUniversalTime(), parsed.NotAfter.ToUniversalTime());
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw NotUnderstood(call, "the certificate and its key are not PEM or do not belong together", error);
        }
    }

    private async Task<T> AskAsync<T>(HttpMethod method, string call, string path, byte[]? body, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class
    {
        try
        {
            return await _pipeline.ExecuteAsync(async attempt => await AskOnceAsync(method, call, path, body, type, attempt), ct);
        }
        catch (Polly.Timeout.TimeoutRejectedException error)
        {
            throw new WorkloadException($"{Where(call)} was not answered within {error.Timeout}.", status: null, error);
        }
    }

    private async ValueTask<T> AskOnceAsync<T>(HttpMethod method, string call, string path, byte[]? body, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class
    {
        using var request = new HttpRequestMessage(method, $"{path}?api-version={Uri.EscapeDataString(_options.ApiVersion)}");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        try
        {
            using var response = await _http.SendAsync(request, ct);
            var reply = await response.Content.ReadAsByteArrayAsync(ct);
            if (!response.IsSuccessStatusCode)
            {
                throw Refused(call, response.StatusCode, reply);
            }

            return JsonSerializer.Deserialize(reply, type) ?? throw NotUnderstood(call, "the answer is null");
        }
        catch (HttpRequestException error)
        {
            throw new WorkloadException($"{Where(call)} failed: {error.InnerException?.Message ?? error.Message}.", status: null, error)
            {
                // An answer that is no HTTP or too large stays so.
                IsTransient = error.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.ResponseEnded or HttpRequestError.Unknown,
            };
        }
        catch (JsonException error)
        {
            throw NotUnderstood(call, "the answer is not the JSON that it should be", error);
        }
    }

    private WorkloadException Refused(string call, HttpStatusCode status, byte[] reply)
    {
        string? message = null;
        try
        {
            message = JsonSerializer.Deserialize(reply, WorkloadJson.Default.ErrorReply)?.Message;
        }
        catch (JsonException)
        {
            // The status says enough.
        }

        var meaning = status switch
        {
            HttpStatusCode.NotFound => $"it does not know module '{_options.ModuleId}' with generation '{_options.GenerationId}'",
            HttpStatusCode.Forbidden => $"this process does not belong to module '{_options.ModuleId}'",
            _ => "it failed",
        };
        return new WorkloadException($"{Where(call)} was answered with {(int)status}: {meaning}{(message is null ? "" : $" ({message})")}.", status)
        {
            IsTransient = (int)status >= 500,
        };
    }

    private WorkloadException NotUnderstood(string call, string why, Exception? inner = null) => new($"{Where(call)} was not understood: {why}.", status: null, inner);

    private string Where(string call) => $"The call '{call}' to the workload API at {_options.Address}";
}
