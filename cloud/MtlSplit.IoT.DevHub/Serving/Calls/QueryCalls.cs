using MtlSplit.IoT.DevHub.Access;
using MtlSplit.IoT.DevHub.Queries.Parsing;
using MtlSplit.IoT.DevHub.Queries.Running;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Throttling;

namespace MtlSplit.IoT.DevHub.Serving.Calls;

/// <summary>Queries.</summary>
internal static class QueryCalls
{
    private const int UsualPage = 100;

    /// <summary>Adds the call.</summary>
    public static void AddTo(HubEndpoints calls, HubRegistry registry) => calls.CountedAs(ThrottledOperation.Queries).Map("POST", "/devices/query", AccessRights.ServiceConnect, async request =>
    {
        var text = Bodies.Text(await request.ReadObjectAsync(), "query") ?? throw Bodies.Wrong("query", "a string");
        var size = request.WholeHeader("x-ms-max-item-count", 1, HubLimits.PageSize) ?? UsualPage;
        var statement = QueryParser.Parse(text);
        var page = QueryRun.Page(registry.State, statement, text, Continuation.Parse(request.Header("x-ms-continuation"), text), size);
        List<KeyValuePair<string, string>> headers = [new("x-ms-item-type", page.AreTwins ? "Twin" : "Raw")];
        if (page.Continuation is { } next)
        {
            headers.Add(new("x-ms-continuation", next));
        }

        return HubReply.Ok(page.Rows) with { Headers = headers };
    });
}
