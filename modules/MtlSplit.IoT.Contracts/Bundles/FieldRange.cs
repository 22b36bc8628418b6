namespace MtlSplit.IoT.Contracts.Bundles;

/// <summary>Both ends belong to it.</summary>
/// <param name="Low">From 0.</param>
/// <param name="High">To 1.</param>
public sealed record FieldRange(double Low, double High)
{
    /// <summary>Whether a value lies in it; one that is not a number does not.</summary>
    public bool Contains(double value) => value >= Low && value <= High;
}
