using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Contracts.Twins;

namespace MtlSplit.IoT.Backbone.Control;

/// <summary>Who a vehicle is and where its features go, by its twin and, where that says nothing, by its settings. What another start of the process is needed for when it changes.</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Vehicle">The vehicle's name on the bus.</param>
/// <param name="Broker">The broker; null: the one of the settings.</param>
internal sealed record DesiredVehicle(string Fleet, string Vehicle, BrokerTarget? Broker)
{
    /// <summary>Puts both together.</summary>
    /// <param name="desired">The twin's desired properties.</param>
    /// <param name="options">The settings.</param>
    /// <param name="hasBroker">Whether the settings name a broker.</param>
    /// <param name="device">The device's id.</param>
    /// <exception cref="BackboneTwinException">Something is said by neither; names it.</exception>
    public static DesiredVehicle Of(BackboneDesired desired, BackboneOptions options, bool hasBroker, string device)
    {
        var fleet = desired.Fleet ?? (options.Fleet.Length > 0 ? options.Fleet : throw new BackboneTwinException("fleet", "neither the twin nor the settings say which fleet the vehicle belongs to"));
        var vehicle = desired.Vehicle ?? (options.Vehicle.Length > 0 ? options.Vehicle : device);
        if (!BusName.IsValid(vehicle))
        {
            throw new BackboneTwinException("vehicle", $"it is not set, and the device's id '{device}' cannot stand in for it: {new BusNameException("vehicle", device).Message}");
        }

        return desired.Broker is null && !hasBroker
            ? throw new BackboneTwinException("broker", "neither the twin nor the settings say which broker the features go to")
            : new DesiredVehicle(fleet, vehicle, desired.Broker);
    }
}
