using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Queries;
using MtlSplit.IoT.DevHub.Storing;
using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.DevHub.Serving;

/// <summary>Writes answers; what is thrown becomes the documented error body.</summary>
/// <param name="next">What makes the answer.</param>
/// <param name="log">Where the hub's own failures are told.</param>
internal sealed class Answers(RequestDelegate next, ILogger<Answers> log)
{
    // Nothing here is put into a page, and people read the messages.
    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Handles one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
            return;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, Translate(context, e));
            return;
        }

        if (!context.Response.HasStarted && FaultOf(context) is { } fault)
        {
            await WriteAsync(context, new HubReply(context.Response.StatusCode, Body(HubErrors.ArgumentInvalid, fault, context)));
        }
    }

    /// <summary>Writes an answer.</summary>
    public static async Task WriteAsync(HttpContext context, HubReply reply)
    {
        context.Response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (reply.Body is not null)
        {
            var bytes = Encoding.UTF8.GetBytes(reply.Body.ToJsonString(Written));
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    /// <summary>What the framework refused without a body; null: nothing.</summary>
    private static string? FaultOf(HttpContext context) => context.Response.StatusCode switch
    {
        // No path, or no such method on it.
        StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed => $"There is no call {context.Request.Method} {context.Request.Path}.",
        StatusCodes.Status416RangeNotSatisfiable => $"The range '{context.Request.Headers.Range}' begins behind the end.",
        _ => null,
    };

    private static async Task RefuseAsync(HttpContext context, HubException refusal)
    {
        context.Response.Clear();
        context.Response.Headers["iothub-errorcode"] = refusal.Code.Name;
        if (refusal.RetryAfter is { } pause)
        {
            context.Response.Headers.RetryAfter = ((long)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        await WriteAsync(context, new HubReply(refusal.Code.HttpStatus, Body(refusal.Code, refusal.Message, context)));
    }

    private static JsonObject Body(HubErrorCode code, string message, HttpContext context) => code.ToBody(message, context.TraceIdentifier);

    private HubException Translate(HttpContext context, Exception e)
    {
        switch (e)
        {
            case HubException refusal:
                return refusal;
            case QueryException query:
                return new HubException(HubErrors.ArgumentInvalid, $"The query is refused: {query.Message}.");
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new HubException(HubErrors.MessageTooLarge, $"The body is larger than {Registry.HubLimits.RequestBytes} bytes.");
            case OperationCanceledException:
                return new HubException(HubErrors.ServiceUnavailable, "The hub stops.");
            case BadHttpRequestException bad:
                return new HubException(HubErrors.ArgumentInvalid, bad.Message);
            default:
                Log.Failed(log, context.Request.Method, context.Request.Path, e);
                return new HubException(HubErrors.ServerError, e is StoreException ? e.Message : "The hub failed; its log says more.");
        }
    }
}
