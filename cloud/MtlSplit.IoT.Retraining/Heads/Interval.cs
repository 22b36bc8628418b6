namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>A measured share with its 95 % interval.</summary>
/// <param name="Value">The measured value.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">The interval's upper end.</param>
internal sealed record Interval(double Value, double Low, double High);
