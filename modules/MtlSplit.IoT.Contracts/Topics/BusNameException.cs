namespace MtlSplit.IoT.Contracts.Topics;

/// <summary>A fleet, vehicle, task or consumer id that may not stand in a topic. The message names which and why.</summary>
public sealed class BusNameException(string what, string? value)
    : Exception($"'{value}' is not a valid {what} id: 1 to 64 of A-Z a-z 0-9 . _ - are allowed.")
{
    /// <summary>What the id was for: fleet, vehicle, task, consumer.</summary>
    public string What { get; } = what;

    /// <summary>The refused id.</summary>
    public string? Value { get; } = value;
}
