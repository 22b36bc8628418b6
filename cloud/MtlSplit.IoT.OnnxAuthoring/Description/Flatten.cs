namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>[N, C, H, W] becomes [N, C·H·W], channel slowest. No parameters.</summary>
public sealed record Flatten : Layer;
