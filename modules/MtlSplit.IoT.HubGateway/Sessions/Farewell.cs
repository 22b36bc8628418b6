using MtlSplit.IoT.HubGateway.Admitting;
using MtlSplit.IoT.HubGateway.Arriving;
using MtlSplit.IoT.HubGateway.Counting;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.HubGateway.Sessions;

/// <summary>What is done when a client's connection has ended: its will, then the backend is told. Thread-safe.</summary>
internal sealed class Farewell(Switchboard board)
{
    /// <summary>Never throws; takes no longer than the backend may.</summary>
    public async Task SayAsync(HubIdentity identity, string remote, Admission admission, Ending ending)
    {
        board.Ledger.Count(ending.Kind switch
        {
            EndKind.TakenOver => Tally.TakenOver,
            EndKind.Fault => Tally.Faults,
            EndKind.Silent => Tally.Silent,
            EndKind.Expired => Tally.Expired,
            EndKind.Stalled => Tally.Stalled,
            _ => Tally.Ended,
        });
        Log.Disconnected(board.Logger, identity, remote, ending.Kind, ending.Reason);
        using var limit = new CancellationTokenSource(board.Options.BackendTimeout, board.Time);
        try
        {
            if (ending.PublishesWill && admission.Will is { } will)
            {
                await board.Backend.AcceptTelemetryAsync(identity, will, limit.Token);
                board.Ledger.Count(Tally.Wills);
            }
        }
        catch (Exception e)
        {
            Log.BackendFailed(board.Logger, e, identity, "its will", "-");
        }

        try
        {
            await board.Backend.DisconnectedAsync(identity, ending.Reason, limit.Token);
        }
        catch (Exception e)
        {
            Log.BackendFailed(board.Logger, e, identity, "its end", "-");
        }
    }
}
