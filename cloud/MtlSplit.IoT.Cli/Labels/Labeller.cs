using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Cli.Labels;

/// <summary>
/// Listens for features and, a while later, says what was on their frames. A label is published until the broker has it. A
/// feature is acknowledged when its frame waits for its label, not after: a labeller sees frames, it does not owe them, and
/// holding every acknowledgement for the delay would stop the bus at a few hundred frames.
/// </summary>
internal sealed class Labeller(IBusConnection bus, LabellerOptions options, TimeProvider time, ILogger logger)
{
    private readonly Truth _truth = new(options);

    // Full: reading waits, and with it the broker.
    private readonly Channel<WaitingFrame> _waiting = Channel.CreateBounded<WaitingFrame>(new BoundedChannelOptions(options.Waiting) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });

    private long _frames;
    private long _unreadable;
    private long _labels;

    /// <summary>Labels for until it is told to stop, then labels at once what is waiting.</summary>
    /// <exception cref="BusSubscribeException">The broker refuses the subscription.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        var labelling = LabelAsync(stop);
        try
        {
            await using var features = await bus.SubscribeAsync(DataTopics.SharedFeatures(options.Fleet, "labeller"), stop);
            await foreach (var delivery in features.Deliveries.ReadAllAsync(stop))
            {
                await TakeAsync(delivery, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            _waiting.Writer.Complete();
            await labelling;
            Log.Stopped(logger, _labels, _frames, _unreadable);
        }
    }

    private async ValueTask TakeAsync(BusDelivery delivery, CancellationToken stop)
    {
        if (!DataTopic.TryParse(delivery.Topic, out var topic) || !FeatureMessage.TryRead(delivery.Payload, out var feature, out var fault))
        {
            _unreadable++;
            Log.Unreadable(logger, delivery.Topic, delivery.Payload.Length);
        }
        else if (_truth.IsLabelled(topic.Vehicle, feature.Frame))
        {
            await _waiting.Writer.WriteAsync(new WaitingFrame(topic.Vehicle, feature.Frame, time.GetTimestamp()), stop);
            _frames++;
        }

        delivery.Acknowledge();
    }

    private async Task LabelAsync(CancellationToken stop)
    {
        var inFlight = new Queue<Task>();
        await foreach (var frame in _waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            var early = options.Delay - time.GetElapsedTime(frame.SeenAt);
            if (early > TimeSpan.Zero && !stop.IsCancellationRequested)
            {
                await Task.Delay(early, time, stop).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }

            foreach (var label in _truth.LabelsOf(frame.Vehicle, frame.Frame, time.GetUtcNow().ToUnixTimeMilliseconds() * 1000))
            {
                inFlight.Enqueue(PublishAsync(frame.Vehicle, label, stop));
                while (inFlight.Count > 256 || (inFlight.TryPeek(out var first) && first.IsCompleted))
                {
                    await inFlight.Dequeue();
                }
            }
        }

        await Task.WhenAll(inFlight);
    }

    /// <summary>Publishes until the broker has the label. That nobody listens is fine: then nobody wants it.</summary>
    private async Task PublishAsync(string vehicle, LabelMessage label, CancellationToken stop)
    {
        var payload = new byte[label.GetSize()];
        label.Write(payload);
        var message = new BusMessage(DataTopics.Label(options.Fleet, vehicle, label.Task), payload);
        while (true)
        {
            var result = await await bus.PublishAsync(message, CancellationToken.None);
            switch (result.Outcome)
            {
                case PublishOutcome.Delivered or PublishOutcome.NoSubscriber:
                    Interlocked.Increment(ref _labels);
                    return;
                case PublishOutcome.TimedOut when !stop.IsCancellationRequested:
                    continue;
                default:
                    Log.NotPublished(logger, message.Topic, result);
                    return;
            }
        }
    }

    private readonly record struct WaitingFrame(string Vehicle, FrameId Frame, long SeenAt);
}
