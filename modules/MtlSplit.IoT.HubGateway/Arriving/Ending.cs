namespace MtlSplit.IoT.HubGateway.Arriving;

/// <summary>Why a connection ends.</summary>
/// <param name="Kind">What ends it.</param>
/// <param name="Reason">In words, for the log and the backend.</param>
internal sealed record Ending(EndKind Kind, string Reason)
{
    /// <summary>Whether what the client sent before is still handled. Where the hub ends the connection itself the client has no acknowledgement and sends it again.</summary>
    public bool Drains => Kind is EndKind.Left or EndKind.Lost or EndKind.Fault or EndKind.Silent or EndKind.Stopping;

    /// <summary>Whether the client's will is published: it did not say goodbye, and the hub goes on.</summary>
    public bool PublishesWill => Kind is not (EndKind.Left or EndKind.Stopping);
}
