using System.Buffers;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MtlSplit.IoT.Messaging.Telemetry;

namespace MtlSplit.IoT.Messaging.Receiving;

/// <summary>
/// A connection's subscriptions, and which of them an arriving message is for. What is for none of them is held unacknowledged for a while:
/// a session that outlived a process delivers before the next process has subscribed again. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="counters">Where deliveries and losses are counted.</param>
/// <param name="qosZeroLimit">QoS 0 messages held for no subscription; no receive maximum bounds those.</param>
internal sealed class SubscriptionTable(TimeProvider time, BusCounters counters, int qosZeroLimit)
{
    /// <summary>How long a message waits for its subscription.</summary>
    public static readonly TimeSpan HoldTime = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<Subscription> _all = [];
    private readonly List<Subscription> _matches = [];
    private readonly List<(MqttPublishPacket Packet, ReceivedPublish? Source, long At)> _unrouted = [];
    private int _fleeting;
    private bool _resumed;

    /// <summary>Adds a subscription, and gives it the messages that waited for it. False: the filter is there already.</summary>
    public bool TryAdd(Subscription subscription)
    {
        lock (_gate)
        {
            if (_all.Exists(s => s.Filter == subscription.Filter))
            {
                return false;
            }

            _all.Add(subscription);
            for (var i = 0; i < _unrouted.Count; i++)
            {
                var (packet, source, at) = _unrouted[i];
                if (subscription.Topics.Matches(packet.Topic))
                {
                    RemoveUnrouted(i--);
                    source?.GoesTo(subscription);
                    Deliver(subscription, packet, source, at);
                }
            }

            return true;
        }
    }

    /// <summary>Ends a subscription here; its reader gets what is there.</summary>
    public void End(Subscription subscription, Exception? error = null)
    {
        lock (_gate)
        {
            subscription.State = SubscriptionState.Ended;
            _all.Remove(subscription);
            subscription.Queue.Complete(error);
            subscription.Left.TrySetResult();
        }
    }

    /// <summary>Moves a subscription on, unless it is in another state than expected by now.</summary>
    public bool TryMove(Subscription subscription, SubscriptionState from, SubscriptionState to)
    {
        lock (_gate)
        {
            if (subscription.State != from)
            {
                return false;
            }

            subscription.State = to;
            return true;
        }
    }

    /// <summary>All subscriptions now.</summary>
    public Subscription[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _all];
        }
    }

    /// <summary>A new connection begins. Returns QoS 1 messages dropped by subscription, for the log.</summary>
    public List<(string Filter, int Dropped)> Connected(bool sessionPresent)
    {
        List<(string, int)> drops = [];
        lock (_gate)
        {
            // What is held with QoS 1 is delivered again; the rest is nobody's to deliver again, and still has its time.
            counters.AddDropped(sessionPresent ? 0 : _fleeting);
            _unrouted.RemoveAll(held => !sessionPresent || held.Source is not null);
            _fleeting = _unrouted.Count;
            _resumed = sessionPresent;
            foreach (var subscription in _all)
            {
                subscription.ResetOpen();
                if (sessionPresent)
                {
                    subscription.Queue.ForgetUnread();
                }
                else if (subscription.Queue.KeepOrphans() is > 0 and var dropped)
                {
                    drops.Add((subscription.Filter, dropped));
                    counters.AddDropped(dropped);
                }
            }
        }

        return drops;
    }

    /// <summary>Hands a message to every subscription that it is for.</summary>
    public void Route(MqttPublishPacket packet, AckSequencer acks)
    {
        var atLeastOnce = packet.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtLeastOnce;
        var now = time.GetTimestamp();
        lock (_gate)
        {
            Match(packet);
            if (_matches.Count == 0)
            {
                if (atLeastOnce)
                {
                    _unrouted.Add((packet, acks.Arrived(packet.PacketIdentifier, 1), now));
                }
                else if (_resumed)
                {
                    // A hub calls a method the moment its session is back.
                    HoldFleeting(packet, now);
                }
                else
                {
                    counters.AddDropped(1);
                }

                return;
            }

            var source = atLeastOnce ? acks.Arrived(packet.PacketIdentifier, _matches.Count) : null;
            foreach (var subscription in _matches)
            {
                source?.GoesTo(subscription);
            }

            foreach (var subscription in _matches)
            {
                Deliver(subscription, packet, source, now);
            }
        }
    }

    /// <summary>Gives up on messages that waited too long for a subscription. Returns how many, and the topic of one.</summary>
    public (int Count, string Topic) DropUnrouted()
    {
        lock (_gate)
        {
            var count = 0;
            var topic = "";
            while (_unrouted.Count > 0 && time.GetElapsedTime(_unrouted[0].At) >= HoldTime)
            {
                topic = _unrouted[0].Packet.Topic;
                _unrouted[0].Source?.Acknowledge();
                RemoveUnrouted(0);
                count++;
            }

            counters.AddDropped(count);
            return (count, topic);
        }
    }

    private void HoldFleeting(MqttPublishPacket packet, long now)
    {
        if (_fleeting == qosZeroLimit)
        {
            RemoveUnrouted(_unrouted.FindIndex(held => held.Source is null));
            counters.AddDropped(1);
        }

        _unrouted.Add((packet, null, now));
        _fleeting++;
    }

    private void RemoveUnrouted(int index)
    {
        _fleeting -= _unrouted[index].Source is null ? 1 : 0;
        _unrouted.RemoveAt(index);
    }

    private void Match(MqttPublishPacket packet)
    {
        _matches.Clear();
        var identifiers = packet.SubscriptionIdentifiers;
        foreach (var subscription in _all)
        {
            if (subscription.Topics.Matches(packet.Topic) && (identifiers is null || identifiers.Contains(subscription.Identifier)))
            {
                _matches.Add(subscription);
            }
        }
    }

    private void Deliver(Subscription subscription, MqttPublishPacket packet, ReceivedPublish? source, long at)
    {
        if (packet.Retain && !subscription.RetainedToo)
        {
            // MQTT 3.1.1 cannot ask for live messages only.
            source?.Acknowledge();
            return;
        }

        subscription.Arrived();
        counters.AddDelivered();
        var payload = packet.Payload.IsSingleSegment ? packet.Payload.First : packet.Payload.ToArray();
        counters.AddDropped(subscription.Queue.Add(
            new BusDelivery(packet.Topic, payload)
            {
                UserProperties = UserProperties(packet),
                ContentType = packet.ContentType,
                Retained = packet.Retain,
                Duplicate = packet.Dup,
                ReceivedTimestamp = at,
                Source = source,
            },
            source is not null));
    }

    private static KeyValuePair<string, string>[] UserProperties(MqttPublishPacket packet)
    {
        if (packet.UserProperties is not { Count: > 0 } properties)
        {
            return [];
        }

        var pairs = new KeyValuePair<string, string>[properties.Count];
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = new(properties[i].Name, properties[i].ReadValueAsString());
        }

        return pairs;
    }
}
