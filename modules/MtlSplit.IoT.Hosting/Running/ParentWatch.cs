using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Hosting.Running;

/// <summary>Stops the process when standard input ends, if <see cref="ProcessOptions.StopWithParent"/> asks for it.</summary>
internal sealed class ParentWatch(IOptions<ProcessOptions> options, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.StopWithParent)
        {
            // A read of a pipe cannot be cancelled; a background thread does not keep the process alive.
            new Thread(Watch) { IsBackground = true, Name = "parent watch" }.Start();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Watch()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0)
        {
        }

        lifetime.StopApplication();
    }
}
