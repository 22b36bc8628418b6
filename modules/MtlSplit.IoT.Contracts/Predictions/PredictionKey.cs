using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Contracts.Predictions;

/// <summary>
/// What makes two predictions the same one. Delivery is at least once, so every reader de-duplicates by this key.
/// </summary>
/// <param name="Vehicle">The vehicle, from the topic.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Frame">The frame.</param>
/// <param name="Task">The task.</param>
/// <param name="HeadVersion">The head's version.</param>
public readonly record struct PredictionKey(string Vehicle, ContractId Contract, FrameId Frame, string Task, string HeadVersion);
