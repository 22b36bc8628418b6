namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>What a delivery to one receiver came to.</summary>
/// <param name="Receiver">The receiver: <c>bus</c>, or a webhook's name.</param>
/// <param name="Sent">Events that it has.</param>
/// <param name="Refused">Events that it will not have; they wait no longer.</param>
/// <param name="Waiting">Events that wait for the next delivery.</param>
/// <param name="Dropped">Events that were dropped since the beginning because too many waited.</param>
/// <param name="Why">Why events wait or were refused; null where all went well.</param>
public sealed record DeliveryReport(string Receiver, int Sent, int Refused, int Waiting, long Dropped, string? Why)
{
    /// <summary>What people should know, one line; null where there is nothing to say.</summary>
    public string? Complaint => Waiting == 0 && Refused == 0 ? null
        : $"{Receiver}: {(Waiting > 0 ? $"{Waiting} {(Waiting == 1 ? "event waits" : "events wait")} for 'mtlsplit registry deliver' or the next change" : "")}{(Waiting > 0 && Refused > 0 ? ", " : "")}{(Refused > 0 ? $"{Refused} {(Refused == 1 ? "event was" : "events were")} refused" : "")}{(Why is null ? "" : $": {Why}")}";
}
