using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Access;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Serving;

/// <summary>One request of the service's REST interface.</summary>
/// <param name="context">The connection's side of it.</param>
/// <param name="caller">Who asks.</param>
/// <param name="ends">Cancelled when nobody waits for the answer any more, or the hub stops.</param>
internal sealed class HubRequest(HttpContext context, Caller caller, CancellationToken ends)
{
    /// <summary>Who asks.</summary>
    public Caller Caller { get; } = caller;

    /// <summary>Cancelled when nobody waits for the answer any more, or the hub stops.</summary>
    public CancellationToken Ends => ends;

    /// <summary>What the caller knows of the thing that it changes.</summary>
    public EtagCondition Condition => EtagCondition.Parse(context.Request.Headers.IfMatch);

    /// <summary>The device or module in the path.</summary>
    /// <exception cref="HubException">An id cannot be one.</exception>
    public HubIdentity Identity => HubIdentity.TryCreate(Part("device"), context.Request.RouteValues.ContainsKey("module") ? Part("module") : null, out var id)
        ? id
        : throw new HubException(HubErrors.IotHubFormatError, $"'{context.Request.Path.Value}' names no device or module: an id has 1 to {HubIdentity.MaxIdLength} characters of a fixed set.");

    /// <summary>A part of the path.</summary>
    public string Part(string name) => (string?)context.Request.RouteValues[name] ?? "";

    /// <summary>A header; null: not sent.</summary>
    public string? Header(string name) => context.Request.Headers[name] is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>A text of the query; null: not there.</summary>
    public string? Query(string name) => context.Request.Query[name] is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>A whole number of the query; null: not there.</summary>
    /// <exception cref="HubException">It is none, or too small or large.</exception>
    public int? Whole(string name, int least, int most) => Query(name) is { } text ? ParseWhole(name, text, least, most) : null;

    /// <summary>A whole number of a header; null: not there.</summary>
    /// <exception cref="HubException">It is none, or too small or large.</exception>
    public int? WholeHeader(string name, int least, int most) => Header(name) is { } text ? ParseWhole(name, text, least, most) : null;

    /// <summary>The body.</summary>
    /// <exception cref="HubException">It is no JSON object.</exception>
    public async Task<JsonObject> ReadObjectAsync() => await ReadAsync() as JsonObject ?? throw new HubException(HubErrors.ArgumentInvalid, "The body must be a JSON object.");

    /// <summary>The body.</summary>
    /// <exception cref="HubException">It is no JSON array.</exception>
    public async Task<JsonArray> ReadArrayAsync() => await ReadAsync() as JsonArray ?? throw new HubException(HubErrors.ArgumentInvalid, "The body must be a JSON array.");

    private static int ParseWhole(string name, string text, int least, int most) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new HubException(HubErrors.ArgumentInvalid, $"{name} must be a whole number from {least} to {most}.");

    private async Task<JsonNode?> ReadAsync()
    {
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body, null, new JsonDocumentOptions { AllowDuplicateProperties = false }, Ends);
        }
        catch (JsonException e)
        {
            throw new HubException(HubErrors.IotHubFormatError, $"The body is not JSON: {e.Message}");
        }
    }
}
