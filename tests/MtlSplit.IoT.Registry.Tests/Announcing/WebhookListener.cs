using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MtlSplit.IoT.Registry.Tests.Announcing;

/// <summary>A web server on loopback that keeps what is posted to it and answers as told.</summary>
internal sealed class WebhookListener : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public WebhookListener()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/hook/");
        }

        _listener.Prefixes.Add(Url.AbsoluteUri);
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public Uri Url { get; }

    /// <summary>What came, in order.</summary>
    public ConcurrentQueue<(byte[] Body, string? Signature, string? MediaType)> Requests { get; } = [];

    /// <summary>The answers to the next requests; 204 to those after.</summary>
    public ConcurrentQueue<int> Answers { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                Requests.Enqueue((body.ToArray(), context.Request.Headers[Registry.Announcing.WebhookSignature.Header], context.Request.ContentType));
                context.Response.StatusCode = Answers.TryDequeue(out var answer) ? answer : 204;
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
