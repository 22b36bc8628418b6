using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;

namespace MtlSplit.IoT.Loop.Tests.Telemetry;

/// <summary>Receives OTLP over HTTP, as any collector does, and keeps the spans and the names of the metrics.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    // Field numbers of opentelemetry/proto/collector, trace and metrics, version 1.
    private static readonly int[] PathToSpans = [1, 2, 2];
    private static readonly int[] PathToMetrics = [1, 2, 2];

    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    private OtlpCollector(int port)
    {
        Endpoint = $"http://127.0.0.1:{port}";
        _listener.Prefixes.Add($"{Endpoint}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>What <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set to.</summary>
    public string Endpoint { get; }

    public ConcurrentQueue<CollectedSpan> Spans { get; } = [];

    public ConcurrentDictionary<string, bool> Metrics { get; } = [];

    public static OtlpCollector Start()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        return new OtlpCollector(port);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            switch (context.Request.Url!.AbsolutePath)
            {
                case "/v1/traces":
                    foreach (var span in Messages(body.ToArray(), PathToSpans))
                    {
                        Spans.Enqueue(CollectedSpan.Read(span));
                    }

                    break;
                case "/v1/metrics":
                    foreach (var metric in Messages(body.ToArray(), PathToMetrics))
                    {
                        Metrics[ByteString.CopyFrom(Fields(metric).First(field => field.Number == 1).Bytes).ToStringUtf8()] = true;
                    }

                    break;
            }

            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }

    /// <summary>The length-delimited fields of a message.</summary>
    public static IEnumerable<(int Number, byte[] Bytes)> Fields(byte[] message)
    {
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                yield return (WireFormat.GetTagFieldNumber(tag), input.ReadBytes().ToByteArray());
            }
            else
            {
                input.SkipLastField();
            }
        }
    }

    private static IEnumerable<byte[]> Messages(byte[] message, ReadOnlyMemory<int> path) => path.IsEmpty
        ? [message]
        : Fields(message).Where(field => field.Number == path.Span[0]).SelectMany(field => Messages(field.Bytes, path[1..]));
}
