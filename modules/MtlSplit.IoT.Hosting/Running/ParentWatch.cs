using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Hosting.Running;

/// <summary>Stops the process with its parent, if <see cref="ProcessOptions.StopWithParent"/> asks for it.</summary>
internal sealed class ParentWatch(IOptions<ProcessOptions> options, IHostApplicationLifetime lifetime) : IHostedService, IDisposable
{
    private CancellationTokenRegistration _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.StopWithParent)
        {
            _registration = ParentEnd.Token.UnsafeRegister(static lifetime => ((IHostApplicationLifetime)lifetime!).StopApplication(), lifetime);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration.Dispose();
}
