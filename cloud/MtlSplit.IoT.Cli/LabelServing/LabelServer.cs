using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Cli.Samples;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.LabelServing;

/// <summary>Serves <see cref="LabelEndpoint"/> beside a recorder, where <see cref="LabelServerSettings.Http"/> asks for it.</summary>
internal sealed class LabelServer(IOptions<LabelServerSettings> settings, IOptions<RecorderSettings> recorder, TimeProvider time, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger<LabelServer>();
    private WebApplication? _app;
    private LabelEndpoint? _endpoint;
    private X509Certificate2? _certificate;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Value.Endpoint is not { } address)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(LabelServer).Assembly.GetName().Name });
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        try
        {
            _certificate = settings.Value.CertificateFile is { } file ? X509Certificate2.CreateFromPemFile(file, settings.Value.KeyFile) : null;
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = settings.Value.MaxRequestBytes;
                kestrel.Listen(address, listen =>
                {
                    if (_certificate is not null)
                    {
                        listen.UseHttps(_certificate);
                    }
                });
            });
            _endpoint = new LabelEndpoint(settings.Value, recorder.Value.Data!, recorder.Value.Fleet!, time, _logger);
            _app = builder.Build();
            _app.Run(RouteAsync);
            await _app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new StartException($"Labels cannot be taken at {address}: {e.Message}", e);
        }

        Log.Listening(_logger, _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _endpoint?.Dispose();
        _certificate?.Dispose();
    }

    private Task RouteAsync(HttpContext context)
    {
        if (context.Request.Path != "/labels")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = HttpMethods.Post;
            return Task.CompletedTask;
        }

        return _endpoint!.AnswerAsync(context);
    }
}
