namespace MtlSplit.IoT.Cli.Demo;

/// <summary>One head's retraining.</summary>
/// <param name="Published">The new version; null: refused.</param>
/// <param name="Reason">What the gate said.</param>
/// <param name="Samples">Labelled samples learned from.</param>
/// <param name="Seconds">From its start to the first answer of the new head, or to the refusal.</param>
internal sealed record DemoRetraining(string? Published, string Reason, int Samples, double Seconds);
