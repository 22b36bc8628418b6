namespace MtlSplit.IoT.Cli.LabelServing;

/// <summary>Why a request is refused as a whole.</summary>
/// <param name="Error">What is wrong.</param>
internal sealed record LabelRefusal(string Error);
