using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule.Connecting;
using MtlSplit.IoT.EdgeModule.Telemetry;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.HubProtocol.Twins;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.EdgeModule.Twins;

/// <summary>
/// Follows the desired properties and hands their changes on, each once and in the order of versions. The hub tells of changes only while the
/// module is connected, so every connection begins with asking for the twin, after subscribing; what is older is passed over, and where a
/// version is missing the twin is asked for again. One loop does all of it.
/// </summary>
internal sealed class DesiredWatch
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly ModuleLink _link;
    private readonly TwinRequests _twin;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HubSubscription _patches;

    // One waiting wish to ask again is as good as many.
    private readonly Channel<bool> _renewals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private Func<DesiredChange, CancellationToken, Task>? _handler;
    private Func<DesiredChange, CancellationToken, Task>? _told;
    private JsonObject _desired = [];
    private long _version = -1;

    public DesiredWatch(ModuleLink link, TwinRequests twin, TimeProvider time, ILogger logger, CancellationToken life)
    {
        _link = link;
        _twin = twin;
        _time = time;
        _logger = logger;
        _patches = new HubSubscription(link, HubTopics.DesiredPatches, BusQos.AtMostOnce, FollowAsync, time, logger, life);
    }

    /// <summary>Sets the handler, and waits until the hub tells of changes.</summary>
    public async Task SetAsync(Func<DesiredChange, CancellationToken, Task>? handler, CancellationToken ct)
    {
        Volatile.Write(ref _handler, handler);
        if (handler is not null)
        {
            Renew();
            await _patches.EnsureAsync(ct);
        }
    }

    /// <summary>There is a new connection: changes may have been missed.</summary>
    public void Renew() => _renewals.Writer.TryWrite(true);

    /// <summary>Ends with the connection.</summary>
    public Task EndAsync() => _patches.EndAsync();

    private async Task FollowAsync(ChannelReader<BusDelivery> patches, CancellationToken ct)
    {
        Renew();
        Task<bool>? renewal = null, arrival = null;
        while (true)
        {
            renewal ??= _renewals.Reader.WaitToReadAsync(ct).AsTask();
            arrival ??= patches.WaitToReadAsync(ct).AsTask();
            await Task.WhenAny(renewal, arrival);
            if (renewal.IsCompleted)
            {
                await renewal;
                renewal = null;
                _renewals.Reader.TryRead(out _);
                await AskAsync(ct);
            }
            else
            {
                if (!await arrival)
                {
                    return;
                }

                arrival = null;
                while (patches.TryRead(out var delivery))
                {
                    delivery.Acknowledge();
                    if (!await TakeAsync(delivery, ct))
                    {
                        await AskAsync(ct);
                    }
                }
            }
        }
    }

    /// <summary>Asks for the twin until it comes, and hands on what is new in it.</summary>
    private async Task AskAsync(CancellationToken ct)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                var twin = await _twin.GetAsync(ct);
                await TakeAsync(twin, ct);
                return;
            }
            catch (Exception error) when (error is HubException or HubFormatException or ModuleConnectException)
            {
                Log.TwinMissing(_logger, _link.Module.ClientId, pause, error.Message);
            }

            await Task.Delay(pause, _time, ct);
        }
    }

    private async Task TakeAsync(ModuleTwin twin, CancellationToken ct)
    {
        var handler = Volatile.Read(ref _handler);
        var first = handler is not null && handler != _told;
        if (twin.DesiredVersion < _version)
        {
            Log.TwinOlder(_logger, _link.Module.ClientId, twin.DesiredVersion, _version);
            if (!first)
            {
                return;
            }
        }
        else if (twin.DesiredVersion == _version && !first)
        {
            return;
        }

        var before = _desired;
        if (twin.DesiredVersion >= _version)
        {
            _desired = twin.Desired;
            _version = twin.DesiredVersion;
        }

        _told = handler;
        await TellAsync(handler, first ? _desired : MergePatch.Between(before, _desired), first, ct);
    }

    /// <summary>Takes a change from the hub. False: it does not follow on what is known.</summary>
    private async Task<bool> TakeAsync(BusDelivery delivery, CancellationToken ct)
    {
        if (!HubTopic.TryParse(delivery.Topic, out var topic) || topic is not { Kind: HubTopicKind.DesiredPatch, Version: { } version })
        {
            Log.NotUnderstood(_logger, delivery.Topic, "it is no change of the desired properties");
            return true;
        }

        if (_version < 0 || version <= _version)
        {
            // Before the first twin, which holds it, or older than that.
            ModuleMetrics.DesiredIgnored.Add(1);
            return true;
        }

        if (version > _version + 1)
        {
            return false;
        }

        try
        {
            var patch = TwinText.Patch(delivery.Payload.Span, version);
            _desired = MergePatch.Apply(_desired, patch);
            _version = version;
            var handler = Volatile.Read(ref _handler);
            if (handler == _told)
            {
                await TellAsync(handler, patch, first: false, ct);
            }

            return true;
        }
        catch (HubFormatException error)
        {
            Log.NotUnderstood(_logger, delivery.Topic, error.Message);
            return false;
        }
    }

    private async Task TellAsync(Func<DesiredChange, CancellationToken, Task>? handler, JsonObject patch, bool first, CancellationToken ct)
    {
        if (handler is null)
        {
            return;
        }

        ModuleMetrics.DesiredChanges.Add(1);
        try
        {
            await handler(new DesiredChange(patch.DeepClone().AsObject(), _desired.DeepClone().AsObject(), _version, first), ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            Log.DesiredHandlerFailed(_logger, _version, error);
        }
    }
}
