using Microsoft.Extensions.Logging;
using MtlSplit.IoT.HubGateway.Admitting;
using MtlSplit.IoT.HubGateway.Counting;
using MtlSplit.IoT.HubGateway.Delivering;
using MtlSplit.IoT.HubGateway.Publishing;
using MtlSplit.IoT.HubGateway.Sessions;

namespace MtlSplit.IoT.HubGateway.Arriving;

/// <summary>What every connection shares.</summary>
internal sealed class Switchboard
{
    public Switchboard(GatewayOptions options, IHubBackend backend, TimeProvider time, ILogger logger)
    {
        Options = options;
        Backend = backend;
        Time = time;
        Logger = logger;
        Sessions = new SessionBook(options.MaxRememberedSessions, Ledger);
        Methods = new MethodDesk(Sessions, options, time, Ledger);
        Doorkeeper = new Doorkeeper(backend, options.MaxMessageBytes, logger);
        Entrance = new Entrance(this);
        Farewell = new Farewell(this);
        Packets = new PacketDesk(options, Methods, Ledger, logger);
        Work = new BackendDesk(backend, time, Ledger, logger);
    }

    public GatewayOptions Options { get; }

    public IHubBackend Backend { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public Ledger Ledger { get; } = new();

    public SessionBook Sessions { get; }

    public MethodDesk Methods { get; }

    public Doorkeeper Doorkeeper { get; }

    public Entrance Entrance { get; }

    public Farewell Farewell { get; }

    public PacketDesk Packets { get; }

    public BackendDesk Work { get; }
}
