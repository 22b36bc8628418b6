using MtlSplit.IoT.HubGateway.Arriving;
using MtlSplit.IoT.HubGateway.Counting;
using MtlSplit.IoT.HubGateway.Sessions;
using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.HubGateway.Admitting;

/// <summary>Where a client that may come in waits for its own older connection to be gone. Thread-safe.</summary>
internal sealed class Entrance(Switchboard board)
{
    /// <summary>Lets a client in; null where it is refused, and has been told. Throws where the token ended first.</summary>
    public async Task<(HubSession Session, Admission Admission)?> EnterAsync(ClientConnection connection, Transport transport, ConnectPacket connect, CancellationToken ct)
    {
        var admission = await board.Doorkeeper.AdmitAsync(connect, transport, ct);
        if (admission.Identity is { } identity)
        {
            var session = board.Sessions.Claim(identity, connection, out var older);
            older?.End(EndKind.TakenOver, "the same client connected anew");
            if (await WaitForOlderAsync(session, connection, ct))
            {
                return (session, admission);
            }

            admission = Admission.Refuse(ConnectRefusal.Unavailable, "the client's older connection has not ended");
        }

        board.Ledger.Count(Tally.Refused);
        Log.Refused(board.Logger, connect.ClientId, transport.Remote, admission.Refusal, admission.Why);
        connection.Answer(ReasonOf(admission.Refusal), present: false);
        return null;
    }

    private async Task<bool> WaitForOlderAsync(HubSession session, ClientConnection connection, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(board.Options.BackendTimeout, board.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            await session.EnterAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            board.Sessions.Release(session, connection);
            ct.ThrowIfCancellationRequested();
            return false;
        }
    }

    private static byte ReasonOf(ConnectRefusal refusal) => refusal switch
    {
        ConnectRefusal.UnacceptableVersion => Reason.UnsupportedVersion,
        ConnectRefusal.IdentifierRejected => Reason.ClientIdInvalid,
        ConnectRefusal.BadUserNameOrPassword => Reason.BadUserNameOrPassword,
        ConnectRefusal.NotAuthorised => Reason.NotAuthorised,
        _ => Reason.ServerBusy,
    };
}
