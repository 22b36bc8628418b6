using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using MtlSplit.IoT.DevHub.Certificates;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Serving.Calls;
using MtlSplit.IoT.HubGateway;

namespace MtlSplit.IoT.DevHub.Serving;

/// <summary>The hub's HTTPS server: the service's REST interface, and MQTT over WebSocket.</summary>
internal sealed class HubWebServer : IAsyncDisposable
{
    private const string WebSocketPath = "/$iothub/websocket";
    private const string SubProtocol = "mqtt";

    private readonly WebApplication _app;

    private HubWebServer(WebApplication app) => _app = app;

    /// <summary>The port on which it listens.</summary>
    public int Port { get; private set; }

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">It cannot listen there.</exception>
    public static async Task<HubWebServer> StartAsync(IPEndPoint endpoint, ServerCertificate certificate, HubParts parts, Gateway gateway, ILoggerFactory loggers, CancellationToken ct)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(HubWebServer).Assembly.GetName().Name });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = HubLimits.RequestBytes;
            kestrel.Listen(endpoint, listen => listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Tls(certificate)) }));
        });
        var app = builder.Build();
        app.UseWebSockets();
        app.UseMiddleware<Answers>();
        app.UseRouting();
        var calls = new HubEndpoints(app, parts.Access, parts.Throttle, app.Lifetime.ApplicationStopping);
        DeviceCalls.AddTo(calls, parts.Registry);
        TwinCalls.AddTo(calls, parts.Registry, parts.Clients, parts.Throttle);
        QueryCalls.AddTo(calls, parts.Registry);
        ConfigurationCalls.AddTo(calls, parts.Registry);
        EventCalls.AddTo(calls, parts.Events);
        parts.Bundles?.AddTo(calls);
        app.Map(WebSocketPath, context => AcceptAsync(context, gateway, app.Lifetime.ApplicationStopping));
        var server = new HubWebServer(app);
        await app.StartAsync(ct);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.Port = new Uri(address).Port;
        return server;
    }

    /// <summary>Stops taking requests and waits for those under way.</summary>
    public Task StopAsync(CancellationToken ct) => _app.StopAsync(ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static SslServerAuthenticationOptions Tls(ServerCertificate certificate) => new()
    {
        ServerCertificateContext = certificate.Current,
        ClientCertificateRequired = true,
        // Who shows none, or one of nobody, gets as far as the check of its identity, which knows thumbprints and authorities.
#pragma warning disable CA5359 // This is the server's side: it is a client's certificate that is let through.
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
    };

    private static async Task AcceptAsync(HttpContext context, Gateway gateway, CancellationToken stopping)
    {
        if (!context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol))
        {
            throw Bodies.Invalid($"{WebSocketPath} takes WebSockets with the subprotocol {SubProtocol}.");
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(SubProtocol);
        await using var stream = WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: false);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await gateway.AcceptAsync(stream, context.Connection.ClientCertificate, $"{context.Connection.RemoteIpAddress}:{context.Connection.RemotePort} (WebSocket)", either.Token);
    }
}
