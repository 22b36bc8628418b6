using MtlSplit.IoT.Broker;

namespace MtlSplit.IoT.Cli.Brokers;

/// <summary>A user of the broker. Section <c>Broker:Users:N</c>.</summary>
public sealed class BrokerUserSettings
{
    /// <summary>The user name; for a vehicle it is the vehicle's name on the bus.</summary>
    public string Name { get; set; } = "";

    /// <summary>The password.</summary>
    public string Password { get; set; } = "";

    /// <summary>What the user may do; a vehicle unless said otherwise.</summary>
    public BrokerRole Role { get; set; } = BrokerRole.Vehicle;

    /// <summary>The one fleet it may see; null: every fleet.</summary>
    public string? Fleet { get; set; }
}
