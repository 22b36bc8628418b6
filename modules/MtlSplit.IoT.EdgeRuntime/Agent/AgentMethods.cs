using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.EdgeRuntime.Running;
using MtlSplit.IoT.HubProtocol.Methods;

namespace MtlSplit.IoT.EdgeRuntime.Agent;

/// <summary>
/// The direct methods of <c>$edgeAgent</c>: <c>ping</c>, <c>RestartModule</c>, <c>GetModuleLogs</c>. As with the real agent a call that is not understood, any other method
/// among them, is answered 400, and one that is and cannot be done 500. Thread-safe.
/// </summary>
/// <param name="runners">Who has the logs.</param>
/// <param name="restart">Starts a module again between two rounds of the agent.</param>
/// <param name="logger">Hears of calls that failed.</param>
internal sealed class AgentMethods(RunnerSet runners, Func<string, CancellationToken, Task> restart, ILogger logger)
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(200);

    /// <summary>Answers a call.</summary>
    public async Task<MethodResult> AnswerAsync(MethodCall call, CancellationToken ct)
    {
        try
        {
            return call.Name.ToUpperInvariant() switch
            {
                "PING" => new MethodResult(200),
                "RESTARTMODULE" => await RestartAsync(Arguments(call), ct),
                "GETMODULELOGS" => await LogsAsync(Arguments(call), ct),
                _ => Refuse($"There is no method {call.Name}."),
            };
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or JsonException or ArgumentException)
        {
            Log.CallRefused(logger, call.Name, e.Message);
            return Refuse(e.Message);
        }
        catch (Exception e) when (e is RunnerException or NotSupportedException or TimeoutException or IOException or UnauthorizedAccessException)
        {
            Log.CallFailed(logger, call.Name, e.Message);
            return new MethodResult(500, new JsonObject { ["message"] = e.Message });
        }
    }

    private static MethodResult Refuse(string message) => new(400, new JsonObject { ["message"] = message });

    private static JsonObject Arguments(MethodCall call)
    {
        var arguments = call.Payload as JsonObject ?? throw new FormatException("The payload is no object.");
        var version = Word(arguments, "schemaVersion");
        return Version.TryParse(version, out var known) && known.Major == 1 ? arguments : throw new NotSupportedException($"schemaVersion '{version}' is not supported; 1.0 is.");
    }

    private static string Word(JsonObject arguments, string name) =>
        arguments[name]?.GetValue<string>() is { } word && !string.IsNullOrWhiteSpace(word) ? word : throw new FormatException($"{name} is missing.");

    private async Task<MethodResult> RestartAsync(JsonObject arguments, CancellationToken ct)
    {
        await restart(IdOf(Word(arguments, "id")), ct);
        return new MethodResult(200);
    }

    private async Task<MethodResult> LogsAsync(JsonObject arguments, CancellationToken ct)
    {
        if (arguments["encoding"]?.GetValue<string>() is not (null or "none"))
        {
            throw new FormatException("Only the encoding 'none' is supported.");
        }

        var items = arguments["items"] is JsonArray list ? list : arguments["items"] is JsonObject one ? [one.DeepClone()] : throw new FormatException("items is missing.");
        var answers = new JsonArray();
        foreach (var item in items)
        {
            var id = item?["id"]?.GetValue<string>() ?? throw new FormatException("items[].id is missing.");
            var filter = item["filter"] as JsonObject;
            foreach (var unsupported in (string[])["since", "until", "loglevel"])
            {
                if (filter?[unsupported] is not null)
                {
                    throw new FormatException($"The filter {unsupported} is not supported; tail and regex are.");
                }
            }

            var text = await (await runners.HolderOfAsync(IdOf(id), ct)).ReadLogAsync(IdOf(id), filter?["tail"]?.GetValue<int>(), ct);
            if (filter?["regex"]?.GetValue<string>() is { } pattern)
            {
                var regex = new Regex(pattern, RegexOptions.CultureInvariant, MatchTimeout);
                text = string.Join('\n', text.Split('\n').Where(line => regex.IsMatch(line)));
            }

            answers.Add((JsonNode)new JsonObject { ["id"] = id, ["payload"] = text });
        }

        return new MethodResult(200, answers);
    }

    // People write edgeHub.
    private static string IdOf(string name) => name is "edgeAgent" or "edgeHub" ? $"${name}" : name;
}
