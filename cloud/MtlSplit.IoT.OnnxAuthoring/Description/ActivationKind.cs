namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>The non-linear functions a network may use.</summary>
public enum ActivationKind
{
    /// <summary>max(x, 0).</summary>
    ReLU,

    /// <summary>min(max(x / 6 + 1/2, 0), 1).</summary>
    HardSigmoid,

    /// <summary>x · HardSigmoid(x).</summary>
    HardSwish,
}
