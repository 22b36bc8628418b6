namespace MtlSplit.IoT.Broker.Admission;

/// <summary>Who a client is and what it may do.</summary>
internal sealed record Principal(string Name, BrokerRole Role, string? Fleet)
{
    /// <summary>Anyone on this machine, where the broker has no credentials.</summary>
    public static Principal Anonymous { get; } = new("", BrokerRole.Service, null);
}
