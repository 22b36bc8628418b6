using System.Net;
using System.Net.Http.Headers;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>Posts events to one address, signed, again after a pause where the other side is away or busy.</summary>
internal sealed class WebhookReceiver : IEventReceiver
{
    private const int Attempts = 4;

    private readonly WebhookSettings _settings;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;
    private readonly ResiliencePipeline<HttpStatusCode> _pipeline;

    /// <summary>Makes it.</summary>
    /// <param name="settings">Where, and the secret.</param>
    /// <param name="time">The clock.</param>
    /// <param name="jitter">Spreads the pauses.</param>
    public WebhookReceiver(WebhookSettings settings, TimeProvider time, Random jitter)
    {
        (_settings, _time) = (settings, time);

        // A redirect would carry the event where nobody configured it; limits are the pipeline's.
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = settings.Timeout }) { Timeout = Timeout.InfiniteTimeSpan };
        _pipeline = new ResiliencePipelineBuilder<HttpStatusCode> { Name = "webhook", TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpStatusCode>
            {
                Name = "again",
                ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome.Exception is HttpRequestException or TimeoutRejectedException || (attempt.Outcome.Exception is null && IsAway(attempt.Outcome.Result))),
                MaxRetryAttempts = Attempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(10),
                UseJitter = true,
                Randomizer = jitter.NextDouble,
            })
            .AddTimeout(settings.Timeout)
            .Build();
    }

    public string Name => _settings.Name;

    public async Task<(SendOutcome Outcome, string? Why)> SendAsync(RegistryEvent change, CancellationToken ct)
    {
        try
        {
            var status = await _pipeline.ExecuteAsync(async token => await PostAsync(change, token), ct);
            return ((int)status / 100, IsAway(status)) switch
            {
                (2, _) => (SendOutcome.Sent, null),
                (_, true) => (SendOutcome.Away, $"{_settings.Url} answers {(int)status}"),
                _ => (SendOutcome.Refused, $"{_settings.Url} answers {(int)status}"),
            };
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException)
        {
            return (SendOutcome.Away, $"{_settings.Url}: {e.Message}");
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool IsAway(HttpStatusCode status) => status is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;

    private async Task<HttpStatusCode> PostAsync(RegistryEvent change, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _settings.Url) { Content = new ReadOnlyMemoryContent(change.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(RegistryEvent.MediaType, "utf-8");
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Sign(_settings.Secret, _time.GetUtcNow(), change.Body.Span));
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        return response.StatusCode;
    }
}
