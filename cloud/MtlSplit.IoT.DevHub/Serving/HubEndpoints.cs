using MtlSplit.IoT.DevHub.Access;
using MtlSplit.IoT.DevHub.Throttling;

namespace MtlSplit.IoT.DevHub.Serving;

/// <summary>Adds calls to the REST interface, each with what it needs to be allowed.</summary>
/// <param name="routes">Where they are added.</param>
/// <param name="access">Who may call.</param>
/// <param name="throttle">The hub's limits.</param>
/// <param name="stopping">Cancelled when the hub stops: a call that waits does not hold it up.</param>
internal sealed class HubEndpoints(IEndpointRouteBuilder routes, RequestAccess access, HubThrottle throttle, CancellationToken stopping)
{
    private ThrottledOperation? _counted;

    /// <summary>The same, for calls that count as an operation with a limit: each is counted when its caller may call.</summary>
    public HubEndpoints CountedAs(ThrottledOperation operation) => new(routes, access, throttle, stopping) { _counted = operation };

    /// <summary>A call for services.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="needed">What the caller's policy must allow.</param>
    /// <param name="handle">Makes the answer.</param>
    public void Map(string method, string pattern, AccessRights needed, Func<HubRequest, Task<HubReply>> handle) => Add(
        method, pattern, context => access.Require(context.Request.Headers.Authorization, context.Request.Path.Value!, needed), handle);

    /// <summary>A call for services that answers at once.</summary>
    public void Map(string method, string pattern, AccessRights needed, Func<HubRequest, HubReply> handle) => Map(method, pattern, needed, request => Task.FromResult(handle(request)));

    /// <summary>A call for services, and for an edge device about its own modules.</summary>
    public void MapForDevice(string method, string pattern, AccessRights needed, Func<HubRequest, Task<HubReply>> handle) => Add(
        method,
        pattern,
        context =>
        {
            string? authorization = context.Request.Headers.Authorization;
            return RequestAccess.IsOfService(authorization)
                ? access.Require(authorization, context.Request.Path.Value!, needed)
                : access.RequireOwnDevice(authorization, context.Connection.ClientCertificate, new HubRequest(context, new Caller(null, null), stopping).Identity.Device);
        },
        handle);

    /// <summary>A call for services, and for an edge device about its own modules, that answers at once.</summary>
    public void MapForDevice(string method, string pattern, AccessRights needed, Func<HubRequest, HubReply> handle) =>
        MapForDevice(method, pattern, needed, request => Task.FromResult(handle(request)));

    /// <summary>A call for every device, module and service of the hub, which writes its answer itself.</summary>
    /// <param name="methods">The HTTP methods.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="answer">Writes the answer, given what ends when nobody waits for it any more or the hub stops.</param>
    public void MapForAnyone(IReadOnlyList<string> methods, string pattern, Func<HttpContext, CancellationToken, Task> answer) => routes.MapMethods(pattern, methods, async context =>
    {
        access.RequireAnyone(context.Request.Headers.Authorization, context.Connection.ClientCertificate, context.Request.Path.Value!);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await answer(context, ends.Token);
    });

    private void Add(string method, string pattern, Func<HttpContext, Caller> admit, Func<HubRequest, Task<HubReply>> handle) => routes.MapMethods(pattern, [method], async context =>
    {
        var caller = admit(context);
        if (_counted is { } operation)
        {
            throttle.Take(operation);
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var reply = await handle(new HubRequest(context, caller, ends.Token));
        await Answers.WriteAsync(context, reply);
    });
}
