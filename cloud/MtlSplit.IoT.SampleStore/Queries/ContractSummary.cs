namespace MtlSplit.IoT.SampleStore.Queries;

/// <summary>What a store holds of one fleet and contract.</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Contract">The contract, 64 hex digits.</param>
/// <param name="Vehicles">Vehicles that sent features.</param>
/// <param name="Features">Features, one per frame.</param>
/// <param name="EncodedBytes">Bytes of the encoded features.</param>
/// <param name="FirstCapture">The oldest frame's capture.</param>
/// <param name="LastCapture">The newest frame's capture.</param>
/// <param name="DescriptorKnown">Whether the contract's descriptor is kept, without which no feature can be decoded.</param>
public sealed record ContractSummary(
    string Fleet, string Contract, long Vehicles, long Features, long EncodedBytes, DateTimeOffset FirstCapture, DateTimeOffset LastCapture, bool DescriptorKnown);
