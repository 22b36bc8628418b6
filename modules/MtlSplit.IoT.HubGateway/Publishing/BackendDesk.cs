using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.HubGateway.Arriving;
using MtlSplit.IoT.HubGateway.Counting;
using MtlSplit.IoT.HubGateway.Sessions;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Topics;

namespace MtlSplit.IoT.HubGateway.Publishing;

/// <summary>Brings what clients publish to the backend and its answers back. Thread-safe; the calls for one client come one after the other.</summary>
internal sealed class BackendDesk(IHubBackend backend, TimeProvider time, Ledger ledger, ILogger logger)
{
    /// <summary>Handles a piece of work; what is to be acknowledged is when this returns true. At a failure the connection ends.</summary>
    public async ValueTask<bool> HandleAsync(ClientConnection connection, HubSession session, Work work, CancellationToken ct)
    {
        if (work.Changed is { } changed)
        {
            await backend.SubscriptionsChangedAsync(changed, ct);
            return false;
        }

        switch (work.Topic!.Kind)
        {
            case HubTopicKind.Telemetry:
                return await AcceptAsync(connection, session, work, ct);
            case HubTopicKind.TwinGet:
                await AnswerAsync(connection, session, work.Topic.RequestId!, "GetTwin", GetAsync(session, ct), ct);
                return true;
            case HubTopicKind.TwinPatchReported:
                await AnswerAsync(connection, session, work.Topic.RequestId!, "PatchReported", PatchAsync(session, work.Message!.Payload, ct), ct);
                return true;
            default:
                // An answer to a method: it is handled already.
                return true;
        }
    }

    private async ValueTask<bool> AcceptAsync(ClientConnection connection, HubSession session, Work work, CancellationToken ct)
    {
        try
        {
            await backend.AcceptTelemetryAsync(session.Identity, TelemetryReader.Read(work.Message!, work.Topic!, session.Identity), ct);
            ledger.Count(Tally.Telemetry);
            return true;
        }
        catch (HubFormatException e)
        {
            connection.End(EndKind.Fault, $"its message is malformed: {e.Message}");
        }
        catch (HubException e)
        {
            connection.End(EndKind.Hub, $"the hub refused its message ({e.Code.Name}): {e.Message}");
        }

        ledger.Count(Tally.TelemetryFailed);
        return false;
    }

    private async Task<(string Topic, byte[] Body)> AnswerOfAsync(HubSession session, string rid, string operation, ValueTask<(int Status, long? Version, byte[] Body)> answering, CancellationToken ct)
    {
        HubErrorCode code;
        string message;
        var tracking = Guid.NewGuid().ToString("N");
        try
        {
            var (status, version, body) = await answering;
            return (HubTopics.TwinResponse(status, rid, version), body);
        }
        catch (HubException e)
        {
            (code, message) = (e.Code, e.Message);
            // A client that is throttled asks again and again; whoever throttles it says so.
            Log.TwinRefused(logger, code == HubErrors.ThrottlingException ? LogLevel.Debug : LogLevel.Warning, session.Identity, code.HttpStatus, message, tracking);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            (code, message) = (HubErrors.ServerError, "The hub failed.");
            Log.BackendFailed(logger, e, session.Identity, operation, tracking);
        }

        ledger.Count(Tally.TwinFailures);
        return (HubTopics.TwinResponse(code.HttpStatus, rid), HubJson.ToUtf8(code.ToTwinBody(message, tracking, time.GetUtcNow())));
    }

    private async ValueTask AnswerAsync(ClientConnection connection, HubSession session, string rid, string operation, ValueTask<(int Status, long? Version, byte[] Body)> answering, CancellationToken ct)
    {
        var (topic, body) = await AnswerOfAsync(session, rid, operation, answering, ct);
        if (session.QosOf(HubFilterKind.TwinResponses) is null)
        {
            ledger.Count(Tally.UnaskedAnswers);
            return;
        }

        connection.Send(topic, body);
    }

    private async ValueTask<(int Status, long? Version, byte[] Body)> GetAsync(HubSession session, CancellationToken ct)
    {
        var twin = HubJson.ToUtf8(await backend.GetTwinAsync(session.Identity, ct));
        ledger.Count(Tally.TwinReads);
        return (200, null, twin);
    }

    private async ValueTask<(int Status, long? Version, byte[] Body)> PatchAsync(HubSession session, byte[] payload, CancellationToken ct)
    {
        if (!HubJson.TryParseObject(payload, out JsonObject? patch, out var fault))
        {
            throw new HubException(HubErrors.IotHubFormatError, $"The reported properties are malformed: {fault}");
        }

        var version = await backend.PatchReportedAsync(session.Identity, patch, ct);
        ledger.Count(Tally.TwinUpdates);
        return (204, version, []);
    }
}
