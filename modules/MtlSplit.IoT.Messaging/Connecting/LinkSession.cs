using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MtlSplit.IoT.Messaging.Publishing;
using MtlSplit.IoT.Messaging.Receiving;
using MtlSplit.IoT.Messaging.Telemetry;

namespace MtlSplit.IoT.Messaging.Connecting;

/// <summary>
/// The life of one connection to the broker, from its CONNACK to its end: a thread reads, a loop writes. The writer alone touches the wire's
/// output, so that acknowledgements, requests and publishes leave in batches, in that order. While the reader is awake it also runs the
/// writer, which costs no other thread's waking; between that the writer has the pool's threads.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Abort disposes the wire, and RunAsync ends with it; the token source has no timer and may be asked later.")]
internal sealed class LinkSession
{
    /// <summary>Batches written before the writer lets go of its thread, which may be the reader's.</summary>
    private const int BatchesInline = 4;

    /// <summary>Packets in one read from which on the reader does not wait for more.</summary>
    private const int ManyPackets = 4;

    private readonly BusOptions _options;
    private readonly TimeProvider _time;
    private readonly PacketWire _wire;
    private readonly Outbox _outbox;
    private readonly SubscriptionTable _subscriptions;
    private readonly WorkSignal _work;
    private readonly BusCounters _counters;
    private readonly ILogger _logger;
    private readonly AckSequencer _acks;
    private readonly Lock _gate = new();
    private readonly Queue<(MqttPacket Packet, TaskCompletionSource? Pong)> _requests = new();
    private readonly Dictionary<ushort, TaskCompletionSource<byte>> _answers = [];
    private readonly Queue<TaskCompletionSource?> _pongs = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly TimeSpan _keepAlive;
    private readonly MqttPublishPacket _publish = new();
    private string? _endReason;
    private long _renewAt;
    private long _lastSent;
    private long _lastReceived;
    private long _writingSince;
    private bool _goodbyeSent;

    public LinkSession(
        BusOptions options,
        TimeProvider time,
        (PacketWire Wire, BrokerLimits Limits, DateTimeOffset? RenewAt) agreed,
        Outbox outbox,
        SubscriptionTable subscriptions,
        WorkSignal work,
        BusCounters counters,
        ILogger logger)
    {
        _options = options;
        _time = time;
        _wire = agreed.Wire;
        Limits = agreed.Limits;
        _renewAt = agreed.RenewAt?.UtcTicks ?? long.MaxValue;
        _outbox = outbox;
        _subscriptions = subscriptions;
        _work = work;
        _counters = counters;
        _logger = logger;
        _acks = new AckSequencer(work);
        _keepAlive = agreed.Limits.KeepAlive;
        _lastSent = _lastReceived = time.GetTimestamp();
    }

    public BrokerLimits Limits { get; }

    /// <summary>It ends because its credentials run out.</summary>
    public bool Renewing { get; set; }

    /// <summary>Cancelled when the connection is over.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Runs until the connection is over, and says why it is.</summary>
    public async Task<string> RunAsync()
    {
        var reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var writing = Task.Run(WriteAsync);
        await Task.WhenAll(reading, writing);
        _acks.Close();
        lock (_gate)
        {
            foreach (var (id, answer) in _answers)
            {
                _outbox.ReturnId(id);
                answer.TrySetException(Gone());
            }

            _answers.Clear();
            while (_pongs.TryDequeue(out var pong))
            {
                pong?.TrySetException(Gone());
            }

            while (_requests.TryDequeue(out var request))
            {
                request.Pong?.TrySetException(Gone());
            }
        }

        return _endReason!;
    }

    /// <summary>Whether the time has come to replace it; true only once.</summary>
    public bool BeginsRenewal()
    {
        var at = Volatile.Read(ref _renewAt);
        return at != long.MaxValue && _time.GetUtcNow().UtcTicks >= at && Interlocked.CompareExchange(ref _renewAt, long.MaxValue, at) == at;
    }

    /// <summary>There are no new credentials yet; the time comes again.</summary>
    public void RenewLater(DateTimeOffset at) => Volatile.Write(ref _renewAt, at.UtcTicks);

    /// <summary>Ends the connection without a goodbye.</summary>
    public void Abort(string reason)
    {
        Interlocked.CompareExchange(ref _endReason, reason, null);
        _ending.Cancel();
        _wire.Dispose();
        _work.Set();
    }

    /// <summary>Says goodbye after what is due, and waits for the broker to hang up.</summary>
    public async Task LeaveAsync(TimeSpan patience)
    {
        Enqueue(new MqttDisconnectPacket { ReasonCode = MqttDisconnectReasonCode.NormalDisconnection }, pong: null);
        try
        {
            await Task.Delay(patience, _time, _ending.Token);
        }
        catch (OperationCanceledException)
        {
            // The broker hung up, as it should.
        }

        Abort("closed");
    }

    /// <summary>Subscribes. Returns the broker's reason code.</summary>
    /// <exception cref="IOException">The connection ended before the answer.</exception>
    public Task<byte> SubscribeAsync(Subscription subscription) => RequestAsync(id =>
    {
        var version5 = _options.Protocol == BusProtocol.Mqtt5;
        return new MqttSubscribePacket
        {
            PacketIdentifier = id,
            SubscriptionIdentifier = Limits.SubscriptionIdentifiersAvailable ? subscription.Identifier : 0,
            TopicFilters =
            [
                new MqttTopicFilter
                {
                    Topic = subscription.Filter,
                    QualityOfServiceLevel = subscription.Qos == BusQos.AtLeastOnce
                        ? MqttQualityOfServiceLevel.AtLeastOnce
                        : MqttQualityOfServiceLevel.AtMostOnce,
                    RetainHandling = version5 && !subscription.RetainedToo
                        ? MqttRetainHandling.DoNotSendOnSubscribe
                        : MqttRetainHandling.SendAtSubscribe,
                },
            ],
        };
    });

    /// <summary>Unsubscribes. Returns the broker's reason code.</summary>
    /// <exception cref="IOException">The connection ended before the answer.</exception>
    public Task<byte> UnsubscribeAsync(Subscription subscription) =>
        RequestAsync(id => new MqttUnsubscribePacket { PacketIdentifier = id, TopicFilters = [subscription.Filter] });

    /// <summary>Asks for a sign of life and waits for it: what the broker had to say before has arrived then.</summary>
    public Task PingAsync()
    {
        var pong = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(MqttPingReqPacket.Instance, pong);
        return pong.Task;
    }

    /// <summary>Pings after a silence, and ends a connection that has gone silent. Called now and then.</summary>
    public void Tick()
    {
        if (_keepAlive <= TimeSpan.Zero)
        {
            return;
        }

        var unheard = _time.GetElapsedTime(Volatile.Read(ref _lastReceived));
        var unsaid = _time.GetElapsedTime(Volatile.Read(ref _lastSent));
        var writing = Interlocked.Read(ref _writingSince);
        bool asked;
        lock (_gate)
        {
            asked = _pongs.Count > 0 || _requests.Count > 0;
        }

        if (unheard >= _keepAlive * 1.5 || (writing != 0 && _time.GetElapsedTime(writing) >= _keepAlive * 1.5))
        {
            Abort($"nothing moved for {_keepAlive * 1.5}");
        }
        else if (!asked && (unheard >= _keepAlive || unsaid >= _keepAlive))
        {
            Enqueue(MqttPingReqPacket.Instance, pong: null);
        }
    }

    private static IOException Gone() => new("The connection to the broker ended before the answer.");

    private async Task<byte> RequestAsync(Func<ushort, MqttPacket> packet)
    {
        var answer = new TaskCompletionSource<byte>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = _outbox.TakeId();
        lock (_gate)
        {
            _answers.Add(id, answer);
        }

        Enqueue(packet(id), pong: null);
        try
        {
            return await answer.Task.WaitAsync(_options.RequestTimeout, _time, _ending.Token);
        }
        catch (TimeoutException)
        {
            Abort($"no answer to a request within {_options.RequestTimeout}");
            throw Gone();
        }
        catch (OperationCanceledException)
        {
            throw Gone();
        }
    }

    private void Enqueue(MqttPacket packet, TaskCompletionSource? pong)
    {
        lock (_gate)
        {
            if (_ending.IsCancellationRequested)
            {
                pong?.TrySetException(Gone());
                return;
            }

            _requests.Enqueue((packet, pong));
        }

        _work.Set();
    }

    private void Read()
    {
        try
        {
            do
            {
                Volatile.Write(ref _lastReceived, _time.GetTimestamp());
                _counters.AddReceivedBytes(_wire.TakeReceivedBytes());
                if (HandleAll() < ManyPackets)
                {
                    // Whoever waits for this core goes first: the broker sends more, and whom the messages were for acknowledges them, so
                    // that a system call deals with many. Where nobody waits this takes less than a microsecond.
                    _work.Hold();
                    Thread.Yield();
                    _work.Release();
                }
            }
            while (_wire.Fill());

            Abort("the broker closed the connection");
        }
        catch (Exception error)
        {
            // Whatever a peer sends or a socket does ends this connection only.
            Abort(Describe(error));
        }
    }

    /// <summary>Deals with every packet that has been read. Returns how many.</summary>
    private int HandleAll()
    {
        var count = 0;
        _work.Hold();
        try
        {
            for (; _wire.TryRead(out var packet); count++)
            {
                Handle(packet!);
            }

            return count;
        }
        finally
        {
            // Answers made room in the window: the writer goes on here.
            _work.Release();
        }
    }

    private void Handle(MqttPacket packet)
    {
        switch (packet)
        {
            case MqttPublishPacket { QualityOfServiceLevel: not MqttQualityOfServiceLevel.ExactlyOnce } publish:
                _subscriptions.Route(publish, _acks);
                break;
            case MqttPubAckPacket answer:
                _work.Set();
                if (!_outbox.Answered(answer.PacketIdentifier, (byte)answer.ReasonCode))
                {
                    Log.UnexpectedAnswer(_logger, answer.PacketIdentifier);
                }

                break;
            case MqttSubAckPacket answer:
                Answer(answer.PacketIdentifier, answer.ReasonCodes is { Count: > 0 } codes ? (byte)codes[0] : BusReasons.UnspecifiedError);
                break;
            case MqttUnsubAckPacket answer:
                Answer(answer.PacketIdentifier, answer.ReasonCodes is { Count: > 0 } reasons ? (byte)reasons[0] : (byte)0);
                break;
            case MqttPingRespPacket:
                lock (_gate)
                {
                    _pongs.TryDequeue(out var pong);
                    pong?.TrySetResult();
                }

                break;
            case MqttDisconnectPacket goodbye:
                Abort($"the broker said goodbye: {BusReasons.NameOf((byte)goodbye.ReasonCode)}");
                break;
            default:
                Abort($"the broker sent an unexpected {packet.GetType().Name}");
                break;
        }
    }

    private void Answer(ushort packetId, byte reason)
    {
        TaskCompletionSource<byte>? answer;
        lock (_gate)
        {
            _answers.Remove(packetId, out answer);
        }

        if (answer is not null)
        {
            _outbox.ReturnId(packetId);
            answer.TrySetResult(reason);
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            var batches = 0;
            while (!_ending.IsCancellationRequested)
            {
                if (++batches % BatchesInline == 0)
                {
                    // The thread may be the reader's, which must get on with reading.
                    await Task.Yield();
                }

                Interlocked.Exchange(ref _writingSince, _time.GetTimestamp());
                var more = await GatherAsync();
                await _wire.FlushAsync(_ending.Token);
                Interlocked.Exchange(ref _writingSince, 0);
                if (_wire.TakeSentBytes() is > 0 and var sent)
                {
                    Volatile.Write(ref _lastSent, _time.GetTimestamp());
                    _counters.AddSentBytes(sent);
                }
                else if (!more)
                {
                    var work = _work.WaitAsync();
                    batches = work.IsCompleted ? batches : 0;
                    await work;
                }
            }
        }
        catch (Exception error)
        {
            Abort(Describe(error));
        }
    }

    /// <summary>Writes what is due into the batch, until that is large. True: more is due.</summary>
    private async ValueTask<bool> GatherAsync()
    {
        if (_goodbyeSent)
        {
            return false;
        }

        while (_acks.TryNext(out var packetId))
        {
            _wire.WriteAcknowledgement(packetId);
        }

        while (TryNextRequest(out var packet))
        {
            await _wire.WriteAsync(packet, _ending.Token);
        }

        while (!_goodbyeSent && _wire.Pending < PacketWire.FlushThreshold)
        {
            if (!_outbox.TryNext(out var publish))
            {
                return false;
            }

            PublishPackets.Fill(_publish, publish.Message, _options.Protocol, publish.PacketId, publish.MayBeDuplicate);
            if (publish.Resends)
            {
                _counters.AddResent();
            }
            else
            {
                _counters.AddPublished();
            }

            if (publish.Message.Qos == BusQos.AtMostOnce)
            {
                _outbox.Written(publish);
            }

            await _wire.WriteAsync(_publish, _ending.Token);
        }

        return !_goodbyeSent;
    }

    private bool TryNextRequest(out MqttPacket packet)
    {
        lock (_gate)
        {
            if (_goodbyeSent || !_requests.TryDequeue(out var request))
            {
                packet = null!;
                return false;
            }

            packet = request.Packet;
            _goodbyeSent = packet is MqttDisconnectPacket;
            if (packet is MqttPingReqPacket)
            {
                _pongs.Enqueue(request.Pong);
            }

            return true;
        }
    }

    private static string Describe(Exception error) => error switch
    {
        IOException { InnerException: SocketException socket } => socket.Message,
        _ => error.Message,
    };
}
