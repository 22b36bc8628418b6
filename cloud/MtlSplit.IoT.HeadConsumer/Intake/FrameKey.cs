using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.HeadConsumer.Intake;

/// <summary>What makes two features of one task's consumer the same one.</summary>
internal readonly record struct FrameKey(string Vehicle, ContractId Contract, FrameId Frame);
