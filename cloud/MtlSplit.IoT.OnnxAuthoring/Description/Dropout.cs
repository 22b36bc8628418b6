namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>Zeroes values at random while training; does nothing afterwards, so exported graphs do without it.</summary>
/// <param name="Rate">Share of values zeroed, 0 to 1.</param>
public sealed record Dropout(double Rate) : Layer;
