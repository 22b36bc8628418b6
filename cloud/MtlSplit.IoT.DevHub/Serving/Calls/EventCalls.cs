using System.Globalization;
using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Access;
using MtlSplit.IoT.DevHub.Connecting;
using MtlSplit.IoT.DevHub.Registry;

namespace MtlSplit.IoT.DevHub.Serving.Calls;

/// <summary>The hub's own window on telemetry, which no Azure hub has: there it is an Event Hub.</summary>
internal static class EventCalls
{
    private const int MostSeconds = 30;
    private const int MostEvents = 1000;

    /// <summary>Adds the call <c>GET /devhub/events?after=N&amp;max=N&amp;wait=SECONDS</c>.</summary>
    public static void AddTo(HubEndpoints calls, EventTail events) => calls.Map("GET", "/devhub/events", AccessRights.ServiceConnect, async request =>
    {
        if (!long.TryParse(request.Query("after") ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var after))
        {
            throw Bodies.Wrong("after", "the number of an event");
        }

        var wait = TimeSpan.FromSeconds(request.Whole("wait", 0, MostSeconds) ?? 0);
        var found = await events.ReadAsync(after, request.Whole("max", 1, MostEvents) ?? MostEvents, wait, request.Ends);
        return HubReply.Ok(new JsonObject { ["last"] = found.Count > 0 ? found[^1].Number : after, ["events"] = new JsonArray([.. found.Select(one => one.ToJson())]) });
    });
}
