using MtlSplit.IoT.Backbone.Updating.Proving;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Backbone.Control;

/// <summary>What a process does for as long as it runs.</summary>
/// <param name="Options">Its settings, with the fleet and the vehicle.</param>
/// <param name="Bus">Makes the settings of the connection to the fleet's broker, given the client's name and its will.</param>
internal sealed record Assignment(BackboneOptions Options, Func<string, BusMessage, BusOptions> Bus)
{
    /// <summary>Is told what becomes of features; null where nobody asks.</summary>
    public FieldObserver? Observer { get; init; }
}
