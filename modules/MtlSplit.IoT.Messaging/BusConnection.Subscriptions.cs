using MtlSplit.IoT.Messaging.Connecting;
using MtlSplit.IoT.Messaging.Receiving;
using MtlSplit.IoT.Messaging.Telemetry;

namespace MtlSplit.IoT.Messaging;

/// <content>How subscriptions come back after a reconnect, and how they leave.</content>
public sealed partial class BusConnection
{
    /// <summary>Tells the broker what it does not know of this client's subscriptions; connected means that it does.</summary>
    private async Task RestoreAsync(LinkSession session)
    {
        List<Task> renewals = [];
        foreach (var subscription in _subscriptions.Snapshot())
        {
            if (!session.Limits.SessionPresent || _options.RenewSubscriptions)
            {
                _subscriptions.TryMove(subscription, SubscriptionState.Active, SubscriptionState.Wanted);
            }

            renewals.Add(subscription.State switch
            {
                SubscriptionState.Wanted => RenewAsync(session, subscription),
                SubscriptionState.Leaving or SubscriptionState.Draining => UnsubscribeAsync(session, subscription),
                _ => Task.CompletedTask,
            });
        }

        await Task.WhenAll(renewals);
        if (!session.Ending.IsCancellationRequested)
        {
            SetState(BusState.Connected);
        }
    }

    private async Task RenewAsync(LinkSession session, Subscription subscription)
    {
        try
        {
            var reason = await session.SubscribeAsync(subscription);
            if (reason < 0x80)
            {
                _subscriptions.TryMove(subscription, SubscriptionState.Wanted, SubscriptionState.Active);
                subscription.Confirmed.TrySetResult();
                return;
            }

            var refusal = new BusSubscribeException(subscription.Filter, reason);
            if (!subscription.Confirmed.TrySetException(refusal))
            {
                Log.SubscriptionRefused(_logger, subscription.Filter, BusReasons.NameOf(reason));
            }

            _subscriptions.End(subscription, refusal);
        }
        catch (IOException)
        {
            // The next connection tries again.
        }
    }

    private async Task LeaveAsync(Subscription subscription, CancellationToken ct)
    {
        if (_subscriptions.TryMove(subscription, SubscriptionState.Active, SubscriptionState.Leaving)
            || _subscriptions.TryMove(subscription, SubscriptionState.Wanted, SubscriptionState.Leaving))
        {
            await UnsubscribeNowAsync(subscription).WaitAsync(ct);
        }

        await subscription.Left.Task.WaitAsync(ct);
    }

    private Task UnsubscribeNowAsync(Subscription subscription)
    {
        LinkSession? session;
        lock (_gate)
        {
            session = _session;
        }

        return session is null ? Task.CompletedTask : UnsubscribeAsync(session, subscription);
    }

    private async Task UnsubscribeAsync(LinkSession session, Subscription subscription)
    {
        try
        {
            await session.UnsubscribeAsync(subscription);
            _subscriptions.TryMove(subscription, SubscriptionState.Leaving, SubscriptionState.Draining);
            subscription.Left.TrySetResult();
            _ = DrainAsync(session, subscription);
        }
        catch (IOException)
        {
            // The next connection tries again.
        }
    }

    /// <summary>
    /// After an unsubscribe the broker still delivers what it had committed to. That is over when all of it is acknowledged and a ping
    /// comes back with nothing new before it.
    /// </summary>
    private async Task DrainAsync(LinkSession session, Subscription subscription)
    {
        try
        {
            while (true)
            {
                await subscription.WhenReleasedAsync(session.Ending);
                var arrivals = subscription.Arrivals;
                await session.PingAsync();
                if (subscription.Open == 0 && subscription.Arrivals == arrivals)
                {
                    _subscriptions.End(subscription);
                    return;
                }
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The next connection unsubscribes and drains again.
        }
    }
}
