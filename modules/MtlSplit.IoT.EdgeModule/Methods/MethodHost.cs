using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule.Connecting;
using MtlSplit.IoT.EdgeModule.Telemetry;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Methods;
using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.EdgeModule.Methods;

/// <summary>Answers calls of the module's methods, a bounded number at once. Every call that is understood is answered. Thread-safe.</summary>
internal sealed class MethodHost : IDisposable
{
    // The longest that a caller may wait: nobody hears of a later answer.
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(300);

    private readonly ModuleLink _link;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationToken _life;
    private readonly HubSubscription _calls;
    private readonly SemaphoreSlim _slots;
    private readonly int _most;
    private readonly ConcurrentDictionary<string, Func<MethodCall, CancellationToken, Task<MethodResult>>> _handlers = new(StringComparer.Ordinal);
    private Func<MethodCall, CancellationToken, Task<MethodResult>>? _default;
    private TaskCompletionSource? _idle;
    private int _open;

    public MethodHost(ModuleLink link, ModuleClientOptions options, TimeProvider time, ILogger logger, CancellationToken life)
    {
        _link = link;
        _time = time;
        _logger = logger;
        _life = life;
        _slots = new SemaphoreSlim(options.MethodConcurrency);
        _most = options.MethodConcurrency + options.MethodQueue;
        _calls = new HubSubscription(link, HubTopics.MethodRequests, BusQos.AtMostOnce, ReadAsync, time, logger, life);
    }

    /// <summary>Sets a handler, and waits until the hub sends calls.</summary>
    /// <param name="method">The method; null: all others.</param>
    /// <param name="handler">The handler; null: none.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task SetAsync(string? method, Func<MethodCall, CancellationToken, Task<MethodResult>>? handler, CancellationToken ct)
    {
        if (method is null)
        {
            Volatile.Write(ref _default, handler);
        }
        else if (handler is null)
        {
            _handlers.TryRemove(method, out _);
        }
        else
        {
            _handlers[method] = handler;
        }

        return handler is null ? Task.CompletedTask : _calls.EnsureAsync(ct);
    }

    /// <summary>Waits until no call is open.</summary>
    public Task WhenIdleAsync()
    {
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _idle, idle);
        if (Volatile.Read(ref _open) == 0)
        {
            idle.TrySetResult();
        }

        return idle.Task;
    }

    /// <summary>Ends with the connection.</summary>
    public Task EndAsync() => _calls.EndAsync();

    public void Dispose() => _slots.Dispose();

    private static MethodResult Failure(int status, string message) => new(status, new JsonObject { ["message"] = message });

    private async Task ReadAsync(ChannelReader<BusDelivery> deliveries, CancellationToken ct)
    {
        await foreach (var delivery in deliveries.ReadAllAsync(ct))
        {
            delivery.Acknowledge();
            if (!HubTopic.TryParse(delivery.Topic, out var topic) || topic is not { Kind: HubTopicKind.MethodRequest, Name: { } name, RequestId: { } rid })
            {
                Log.NotUnderstood(_logger, delivery.Topic, "it is no call of a method");
                continue;
            }

            if (Interlocked.Increment(ref _open) > _most)
            {
                Ended();
                await RespondAsync(name, rid, Failure(503, $"Module '{_link.Module}' has {_most} calls open already."), ct);
                continue;
            }

            _ = Task.Run(() => ServeAsync(name, rid, delivery.Payload), CancellationToken.None);
        }
    }

    private async Task ServeAsync(string name, string rid, ReadOnlyMemory<byte> body)
    {
        try
        {
            await _slots.WaitAsync(_life);
            MethodResult result;
            try
            {
                result = await CallAsync(name, body);
            }
            finally
            {
                _slots.Release();
            }

            // Also when the client is closing: then this is the last chance.
            await RespondAsync(name, rid, result, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // Closed before it could run.
        }
        finally
        {
            Ended();
        }
    }

    private async Task<MethodResult> CallAsync(string name, ReadOnlyMemory<byte> body)
    {
        if (body.Length > MethodRequest.MaxPayloadBytes)
        {
            return Failure(400, $"The payload of '{name}' has {body.Length} bytes; the limit is {MethodRequest.MaxPayloadBytes}.");
        }

        JsonNode? payload = null;
        if (!body.IsEmpty && !HubJson.TryParse(body.Span, out payload, out var fault))
        {
            return Failure(400, $"The payload of '{name}' is no JSON: {fault}");
        }

        var handler = _handlers.GetValueOrDefault(name) ?? Volatile.Read(ref _default);
        if (handler is null)
        {
            return Failure(501, $"Module '{_link.Module}' has no method '{name}'.");
        }

        using var ending = new CancellationTokenSource(LongestCall, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_life, ending.Token);
        try
        {
            var result = await handler(new MethodCall(name, payload), either.Token);
            var size = result.ToPayloadUtf8().Length;
            return size <= MethodRequest.MaxPayloadBytes
                ? result
                : Failure(500, $"The result of '{name}' has {size} bytes; the limit is {MethodRequest.MaxPayloadBytes}.");
        }
        catch (Exception error)
        {
            Log.MethodHandlerFailed(_logger, name, error);
            return Failure(500, error.Message);
        }
    }

    private async Task RespondAsync(string name, string rid, MethodResult result, CancellationToken ct)
    {
        ModuleMetrics.MethodCalls.Add(1, new KeyValuePair<string, object?>(ModuleMetrics.StatusTag, result.Status));
        try
        {
            await _link.PublishAsync(HubTopics.MethodResponse(result.Status, rid), result.ToPayloadUtf8(), BusQos.AtMostOnce, ct);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.MethodNotAnswered(_logger, name, error.Message);
        }
    }

    private void Ended()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            Volatile.Read(ref _idle)?.TrySetResult();
        }
    }
}
