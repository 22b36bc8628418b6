using MtlSplit.IoT.Broker.Dispatch;

namespace MtlSplit.IoT.Broker.Listening;

/// <summary>Copies the counters out of a dispatcher; called under its lock.</summary>
internal static class StatisticsReader
{
    public static BrokerStatistics Read(Dispatcher dispatcher)
    {
        var ledger = dispatcher.Ledger;
        return new BrokerStatistics
        {
            Connections = dispatcher.Sessions.All.Count(session => session.Link is not null),
            Sessions = dispatcher.Sessions.Count,
            KeptBytes = ledger.KeptBytes,
            Retained = dispatcher.Retained.Count,
            Received = ledger.Received,
            Sent = ledger.Sent,
            Acknowledged = ledger.Acknowledged,
            NoSubscriber = ledger.NoSubscriber,
            Refused = ledger.Refused,
            Unauthorised = ledger.Unauthorised,
            MessageExpired = ledger.MessageExpired,
            Moved = ledger.Moved,
            HoldDisconnects = ledger.HoldDisconnects,
            Abandoned = ledger.Abandoned,
            TooLarge = ledger.TooLarge,
            Faults = ledger.Faults,
            GroupExpired = ledger.GroupExpired,
            ExpiredByGroup = dispatcher.Routing.Groups.Where(group => group.Expired > 0).ToDictionary(group => $"{group.Name}/{group.Filter}", group => group.Expired),
            ObserverDropped = ledger.ObserverDropped,
            DroppedByObserver = dispatcher.Sessions.All.Where(session => session.Dropped > 0).ToDictionary(session => session.ClientId, session => session.Dropped),
        };
    }
}
