using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Quarantine;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using Polly;

namespace MtlSplit.IoT.HeadConsumer.Publishing;

/// <summary>
/// Tells vehicles what of their features went into quarantine: a new backbone has to go then. One notice at a time is on its way; what comes meanwhile about the same
/// vehicle and contract joins one notice, so that a fleet whose features are all bad does not flood the broker. A feature is acknowledged after its notice has an
/// outcome, so that none is lost with the process. At most <c>capacity</c> features wait; beyond it the oldest are not told of and stay unacknowledged, so that
/// the broker delivers them again. Thread-safe.
/// </summary>
internal sealed class QuarantineNotifier(IBusConnection bus, string fleet, string task, int capacity, TimeProvider time, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Vehicle, ContractId Contract), Waiting> _waiting = [];
    private readonly Queue<(string Vehicle, ContractId Contract)> _order = [];
    private readonly ResiliencePipeline<PublishResult> _retry = PublishRetry.Create("quarantine-notice", time);
    private Task _sending = Task.CompletedTask;
    private int _count;

    /// <summary>Tells the vehicle of a topic. A topic that is no feature's has nobody to tell.</summary>
    /// <param name="topic">Where the feature came from.</param>
    /// <param name="frame">The frame; null where it could not be read so far.</param>
    /// <param name="reason">A code.</param>
    /// <param name="at">When it went into quarantine, Unix microseconds.</param>
    /// <param name="finished">Told whether the notice has an outcome; false: it never will, and the feature must come again.</param>
    public void Tell(string topic, FrameId? frame, string reason, long at, Action<bool> finished)
    {
        if (!DataTopic.TryParse(topic, out var parsed) || parsed.Kind != DataTopicKind.Feature || !ContractId.TryParse(parsed.Leaf, out var contract))
        {
            finished(true);
            return;
        }

        List<Action<bool>> abandoned = [];
        lock (_gate)
        {
            var key = (parsed.Vehicle, contract);
            if (_waiting.TryGetValue(key, out var there))
            {
                there.Finished.Add(finished);
            }
            else
            {
                _waiting.Add(key, new Waiting(new QuarantineNotice(contract, frame, task, reason, 1, at), finished));
                _order.Enqueue(key);
            }

            for (_count++; _count > capacity && _order.TryDequeue(out var oldest);)
            {
                _waiting.Remove(oldest, out var dropped);
                abandoned.AddRange(dropped!.Finished);
                _count -= dropped.Finished.Count;
            }

            if (_sending.IsCompleted)
            {
                _sending = Task.Run(SendAsync);
            }
        }

        abandoned.ForEach(told => told(false));
    }

    /// <summary>Waits until everything that was told so far has an outcome.</summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        Task sending;
        lock (_gate)
        {
            sending = _sending;
        }

        await sending.WaitAsync(ct);
    }

    private async Task SendAsync()
    {
        while (true)
        {
            string vehicle;
            Waiting? next;
            lock (_gate)
            {
                if (!_order.TryDequeue(out var key))
                {
                    // Under the lock, so that whoever comes now starts another one.
                    _sending = Task.CompletedTask;
                    return;
                }

                vehicle = key.Vehicle;
                _waiting.Remove(key, out next);
                _count -= next!.Finished.Count;
            }

            var taken = await PublishAsync(vehicle, next.First with { Features = next.Finished.Count });
            next.Finished.ForEach(told => told(taken));
        }
    }

    /// <summary>False: the connection is closed.</summary>
    private async Task<bool> PublishAsync(string vehicle, QuarantineNotice notice)
    {
        var payload = new byte[notice.GetSize()];
        notice.Write(payload);
        var message = new BusMessage(DataTopics.QuarantineNotice(fleet, vehicle, task), payload);
        try
        {
            var result = await _retry.ExecuteAsync(async ct => await await bus.PublishAsync(message, ct), CancellationToken.None);
            if (result.Outcome == PublishOutcome.Refused)
            {
                // The feature is safe in quarantine, and repeating the notice is of no use.
                Log.NoticeRefused(logger, message.Topic, result.ToString());
            }

            // Nobody listening is no failure: that vehicle has nothing to prove.
            return result.Outcome != PublishOutcome.Closed;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private sealed class Waiting(QuarantineNotice first, Action<bool> finished)
    {
        public QuarantineNotice First { get; } = first;

        public List<Action<bool>> Finished { get; } = [finished];
    }
}
