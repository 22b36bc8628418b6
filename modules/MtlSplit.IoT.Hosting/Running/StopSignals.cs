using System.Runtime.InteropServices;

namespace MtlSplit.IoT.Hosting.Running;

/// <summary>
/// Ctrl-C and SIGTERM as a cancelled token, for commands that are not hosted by <see cref="FleetProcess"/>, and the end of a parent that asked for it
/// (<see cref="ProcessOptions.StopWithParent"/>). Thread-safe; dispose it when the command is done, and signals end the process again.
/// </summary>
public sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    /// <summary>Begins to listen.</summary>
    /// <param name="other">Another reason to stop.</param>
    public StopSignals(CancellationToken other = default)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(other, ParentEnd.IsAskedFor ? ParentEnd.Token : CancellationToken.None);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    }

    /// <summary>Cancelled by the first signal; later ones change nothing.</summary>
    public CancellationToken Token => _stop.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        _stop.Cancel();
    }
}
