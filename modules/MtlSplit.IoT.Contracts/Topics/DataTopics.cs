using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Contracts.Topics;

/// <summary>
/// Every topic and filter of the data plane, MQTT 5, QoS 1. No other place spells a topic. Ids are checked
/// (<see cref="BusName"/>); a bad one throws <see cref="BusNameException"/>.
/// </summary>
public static class DataTopics
{
    private const string Root = "mtl/v1";

    /// <summary>Vehicle to heads: one feature.</summary>
    public static string Feature(string fleet, string vehicle, ContractId contract) => $"{Vehicle(fleet, vehicle)}/features/{contract}";

    /// <summary>Head to anyone; a vehicle reads its own: one prediction.</summary>
    public static string Prediction(string fleet, string vehicle, string task) => $"{Vehicle(fleet, vehicle)}/predictions/{BusName.Require(task, "task")}";

    /// <summary>Labeller to sample store: one label.</summary>
    public static string Label(string fleet, string vehicle, string task) => $"{Vehicle(fleet, vehicle)}/labels/{BusName.Require(task, "task")}";

    /// <summary>Head to the vehicle: what of its features went into the task's quarantine.</summary>
    public static string QuarantineNotice(string fleet, string vehicle, string task) => $"{Vehicle(fleet, vehicle)}/quarantine/{BusName.Require(task, "task")}";

    /// <summary>Retained, with a will: the contract in use and the vehicle's health.</summary>
    public static string VehicleStatus(string fleet, string vehicle) => $"{Vehicle(fleet, vehicle)}/status";

    /// <summary>Retained: the descriptor; readers recompute its digest.</summary>
    public static string Contract(string fleet, ContractId contract) => $"{Fleet(fleet)}/contracts/{contract}";

    /// <summary>Retained, with a will: contracts and head versions that a consumer has warm.</summary>
    public static string HeadConsumer(string fleet, string task, string consumer) =>
        $"{Fleet(fleet)}/heads/{BusName.Require(task, "task")}/{BusName.Require(consumer, "consumer")}";

    /// <summary>Services to anyone: a CloudEvent.</summary>
    public static string Event(string fleet, string kind) => $"{Fleet(fleet)}/events/{BusName.Require(kind, "event kind")}";

    /// <summary>All features of a fleet.</summary>
    public static string AllFeatures(string fleet) => $"{Fleet(fleet)}/vehicles/+/features/+";

    /// <summary>All features of a fleet, each to one member of a group. Consumers of a task share the group named by the task.</summary>
    public static string SharedFeatures(string fleet, string group) => Shared(group, AllFeatures(fleet));

    /// <summary>A filter of this class, each message to one member of a group.</summary>
    public static string Shared(string group, string filter) => $"$share/{BusName.Require(group, "group")}/{filter}";

    /// <summary>All predictions of a fleet.</summary>
    public static string AllPredictions(string fleet) => $"{Fleet(fleet)}/vehicles/+/predictions/+";

    /// <summary>All predictions about one vehicle.</summary>
    public static string VehiclePredictions(string fleet, string vehicle) => $"{Vehicle(fleet, vehicle)}/predictions/+";

    /// <summary>All notices of quarantine to one vehicle.</summary>
    public static string VehicleQuarantine(string fleet, string vehicle) => $"{Vehicle(fleet, vehicle)}/quarantine/+";

    /// <summary>All labels of a fleet.</summary>
    public static string AllLabels(string fleet) => $"{Fleet(fleet)}/vehicles/+/labels/+";

    /// <summary>All contract descriptors of a fleet.</summary>
    public static string AllContracts(string fleet) => $"{Fleet(fleet)}/contracts/+";

    /// <summary>All head consumers of a fleet.</summary>
    public static string AllHeadConsumers(string fleet) => $"{Fleet(fleet)}/heads/+/+";

    /// <summary>The status of every vehicle of a fleet.</summary>
    public static string AllVehicleStatus(string fleet) => $"{Fleet(fleet)}/vehicles/+/status";

    /// <summary>All events of a fleet.</summary>
    public static string AllEvents(string fleet) => $"{Fleet(fleet)}/events/+";

    private static string Fleet(string fleet) => $"{Root}/{BusName.Require(fleet, "fleet")}";

    private static string Vehicle(string fleet, string vehicle) => $"{Fleet(fleet)}/vehicles/{BusName.Require(vehicle, "vehicle")}";
}
