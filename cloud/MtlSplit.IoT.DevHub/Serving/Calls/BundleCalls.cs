using Microsoft.Net.Http.Headers;
using MtlSplit.IoT.DevHub.Archives;

namespace MtlSplit.IoT.DevHub.Serving.Calls;

/// <summary>
/// Archives of bundles, whole or in part, for every device, module and service of the hub. No Azure hub has such a call; there archives lie with
/// some other HTTPS server. Thread-safe.
/// </summary>
/// <param name="folder">The archives.</param>
/// <param name="policy">How they are handed out.</param>
internal sealed class BundleCalls(BundleFolder folder, TransferPolicy policy) : IDisposable
{
    /// <summary>Where they are.</summary>
    public const string Path = "/bundles/";

    /// <summary>Adds the calls <c>GET</c> and <c>HEAD /bundles/{name}</c>.</summary>
    public void AddTo(HubEndpoints calls) => calls.MapForAnyone(
        ["GET", "HEAD"], Path + "{name}", (context, ct) => policy.RunAsync(ends => SendAsync(context, (string)context.Request.RouteValues["name"]!, ends), ct));

    /// <inheritdoc/>
    public void Dispose() => policy.Dispose();

    private async Task SendAsync(HttpContext context, string name, CancellationToken ct)
    {
        var archive = await folder.OpenAsync(name, ct);
        // The tag is of the bytes, not the bundle: an archive that was signed once more is no continuation of the one before.
        var tag = $"\"{archive.Digest}\"";
        if (context.Request.Headers.IfRange is [{ Length: > 0 } condition, ..] && condition != tag)
        {
            // The framework would take a date for a match, since there is none to compare it with.
            context.Request.Headers.Remove(HeaderNames.Range);
        }

        var answer = TypedResults.Stream(archive.Content, "application/zip", entityTag: new EntityTagHeaderValue(tag), enableRangeProcessing: true);
        // The framework sends for as long as this says, and disposes what it sent.
        var aborted = context.RequestAborted;
        context.RequestAborted = ct;
        try
        {
            await answer.ExecuteAsync(context);
        }
        finally
        {
            context.RequestAborted = aborted;
        }
    }
}
