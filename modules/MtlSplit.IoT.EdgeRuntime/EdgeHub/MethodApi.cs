using MtlSplit.IoT.EdgeRuntime.Serving;
using MtlSplit.IoT.HubGateway;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Methods;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub;

/// <summary>Methods between modules of this device, over HTTPS. Thread-safe.</summary>
internal sealed class MethodApi(ModuleDoor door, HubIdentity device, Gateway gateway)
{
    /// <summary>Answers <c>POST /twins/{device}/modules/{module}/methods</c>.</summary>
    public async Task<HttpReply> HandleAsync(HttpRequest request, int? process, CancellationToken ct)
    {
        if (request.Method != "POST" || request.Segments is not (["twins", _, "methods"] or ["twins", _, "modules", _, "methods"]))
        {
            throw new HttpFaultException(404, $"There is no {request.Method} /{string.Join('/', request.Segments)}.");
        }

        if (!request.Headers.TryGetValue("x-ms-edge-moduleId", out var caller) || !HubIdentity.TryParse(caller, out var id) || id is not { IsModule: true } || id.DeviceId != device.DeviceId)
        {
            throw new HttpFaultException(400, $"x-ms-edge-moduleId must name a module of {device}, {{device}}/{{module}}.");
        }

        if (door.FaultOf(id, request.Headers.GetValueOrDefault("Authorization"), out _) is { } fault)
        {
            throw new HttpFaultException(401, $"{id}: {fault}.");
        }

        if (!HubIdentity.TryCreate(request.Segments[1], request.Segments.Count == 5 ? request.Segments[3] : null, out var target))
        {
            throw new HttpFaultException(400, "The path holds an invalid device or module id.");
        }

        if (!HubJson.TryParseObject(request.Body.Span, out var body, out var problem))
        {
            throw new HttpFaultException(400, $"The body is no JSON object: {problem}");
        }

        try
        {
            var result = await gateway.InvokeMethodAsync(target, MethodRequest.FromJson(body), ct);
            return new HttpReply(200, result.ToJson());
        }
        catch (HubException e)
        {
            return HttpReply.Fault(e.Code.HttpStatus, e.Message);
        }
    }
}
