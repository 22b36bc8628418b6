using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule.Connecting;
using MtlSplit.IoT.EdgeModule.Telemetry;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.HubProtocol.Twins;
using MtlSplit.IoT.Messaging;
using Polly;
using Polly.Timeout;

namespace MtlSplit.IoT.EdgeModule.Twins;

/// <summary>
/// Requests about the twin and the hub's answers to them. Requests leave at QoS 0, as from the SDKs, and are made again when the connection
/// ends before the answer: both kinds may be repeated. Thread-safe.
/// </summary>
internal sealed class TwinRequests : IDisposable
{
    private readonly ModuleLink _link;
    private readonly ModuleClientOptions _options;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _pipeline;
    private readonly HubSubscription _answers;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<TwinReply>> _open = new(StringComparer.Ordinal);

    // One change at a time: a repeated one must not overtake a later one.
    private readonly SemaphoreSlim _patching = new(1);

    // An answer to an earlier process of this module must not be taken for one's own. Lower case, since edgeHub compares it so.
    private readonly string _prefix = RandomNumberGenerator.GetHexString(12, lowercase: true);
    private long _last;

    public TwinRequests(ModuleLink link, ModuleClientOptions options, TimeProvider time, ILogger logger, CancellationToken life)
    {
        _link = link;
        _options = options;
        _logger = logger;
        _pipeline = TwinPipeline.Build(options, time);
        _answers = new HubSubscription(link, HubTopics.TwinResponses, BusQos.AtMostOnce, ReadAsync, time, logger, life);
    }

    /// <summary>Asks for the twin.</summary>
    public async Task<ModuleTwin> GetAsync(CancellationToken ct)
    {
        var reply = await AskAsync("GET", HubTopics.TwinGet, ReadOnlyMemory<byte>.Empty, ct);
        return TwinText.Twin(reply.Body.Span);
    }

    /// <summary>Changes the reported properties.</summary>
    public async Task<long?> PatchAsync(JsonObject patch, CancellationToken ct)
    {
        if (TwinRules.Check(patch, TwinSectionKind.Reported) is { } fault)
        {
            throw new HubException(HubErrors.ArgumentInvalid, $"The reported properties cannot be changed so: {fault.Message}");
        }

        var body = HubJson.ToUtf8(patch);
        await _patching.WaitAsync(ct);
        try
        {
            return (await AskAsync("PATCH", HubTopics.TwinPatchReported, body, ct)).Version;
        }
        finally
        {
            _patching.Release();
        }
    }

    /// <summary>The connection is gone, and the answers that it owed with it.</summary>
    public void Lost()
    {
        foreach (var open in _open.Values)
        {
            open.TrySetException(new IOException("The connection to the hub ended before the answer."));
        }
    }

    /// <summary>Ends with the connection.</summary>
    public Task EndAsync() => _answers.EndAsync();

    public void Dispose() => _patching.Dispose();

    private static HubErrorCode CodeOf(int status, JsonObject? body)
    {
        var number = body?["errorCode"] is JsonValue value && value.TryGetValue<int>(out var given) ? given : 0;
        return HubErrors.All.FirstOrDefault(code => code.Number == number && code.HttpStatus == status)
            ?? HubErrors.All.FirstOrDefault(code => code.HttpStatus == status)
            ?? new HubErrorCode($"Status{status}", number != 0 ? number : status * 1000, status);
    }

    private async Task<TwinReply> AskAsync(string verb, Func<string, string> topicOf, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        ModuleMetrics.TwinRequests.Add(1, new KeyValuePair<string, object?>(ModuleMetrics.VerbTag, verb));
        try
        {
            return await _pipeline.ExecuteAsync(async attempt => await AskOnceAsync(verb, topicOf, body, attempt), ct);
        }
        catch (TimeoutRejectedException error)
        {
            throw new HubException(HubErrors.GatewayTimeout, $"The hub did not answer the twin {verb} of '{_link.Module}' within {_options.TwinTimeout}.", error);
        }
    }

    private async ValueTask<TwinReply> AskOnceAsync(string verb, Func<string, string> topicOf, ReadOnlyMemory<byte> question, CancellationToken ct)
    {
        await _answers.EnsureAsync(ct);
        var rid = string.Create(CultureInfo.InvariantCulture, $"{_prefix}-{Interlocked.Increment(ref _last)}");
        var answer = new TaskCompletionSource<TwinReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[rid] = answer;
        try
        {
            await _link.PublishAsync(topicOf(rid), question, BusQos.AtMostOnce, ct);
            var reply = await answer.Task.WaitAsync(ct);
            if (reply.Status is >= 200 and < 300)
            {
                return reply;
            }

            var error = HubJson.TryParseObject(reply.Body.Span, out var body, out _) ? body : null;
            var message = error?["message"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "it does not say why";
            throw new HubException(CodeOf(reply.Status, error), $"The hub answered the twin {verb} of '{_link.Module}' with {reply.Status}: {message}");
        }
        finally
        {
            _open.TryRemove(rid, out _);

            // Lost may have failed it after this attempt had ended.
            _ = answer.Task.Exception;
        }
    }

    private async Task ReadAsync(ChannelReader<BusDelivery> deliveries, CancellationToken ct)
    {
        await foreach (var delivery in deliveries.ReadAllAsync(ct))
        {
            delivery.Acknowledge();
            if (!HubTopic.TryParse(delivery.Topic, out var topic) || topic is not { Kind: HubTopicKind.TwinResponse, RequestId: { } rid })
            {
                Log.NotUnderstood(_logger, delivery.Topic, "it is no answer to a twin request");
            }
            else if (_open.TryGetValue(rid, out var open))
            {
                open.TrySetResult(new TwinReply(topic.Status ?? 500, topic.Version, delivery.Payload));
            }
        }
    }
}
