namespace MtlSplit.IoT.Registry.Promoting;

/// <summary>Who changes something, and why: it stays in the history.</summary>
/// <param name="By">Who: a person or a program, as they call themselves.</param>
/// <param name="Why">Why, in their words.</param>
public sealed record ChangeReason(string By, string Why);
