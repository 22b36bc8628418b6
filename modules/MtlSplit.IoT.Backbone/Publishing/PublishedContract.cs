using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>A contract as this vehicle publishes features of it.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Topic">Where its features go.</param>
/// <param name="Descriptor">What must be on the bus before the first of them; null where it is not known any more.</param>
internal sealed record PublishedContract(ContractId Contract, string Topic, BusMessage? Descriptor)
{
    /// <param name="options">The fleet and the vehicle.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="descriptor">Its descriptor in canonical form, if it is known.</param>
    public static PublishedContract Of(BackboneOptions options, ContractId contract, byte[]? descriptor) => new(
        contract,
        DataTopics.Feature(options.Fleet, options.Vehicle, contract),
        descriptor is null ? null : new BusMessage(DataTopics.Contract(options.Fleet, contract), descriptor) { Retain = true, ContentType = "application/json" });
}
