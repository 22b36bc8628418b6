namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>What an event carries beside its CloudEvents attributes.</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Contract">The contract, 64 hex digits.</param>
/// <param name="Task">The task.</param>
/// <param name="Subject">A head's version, a run's or a bundle's digest.</param>
/// <param name="From">The version before, where an alias moved.</param>
/// <param name="To">The version since, where an alias moved.</param>
/// <param name="By">Who.</param>
/// <param name="Why">Why.</param>
/// <param name="Document">The SHA-256 of the document that says so in the registry.</param>
internal sealed record ChangeData(string? Fleet, string? Contract, string? Task, string Subject, string? From, string? To, string? By, string? Why, string? Document)
{
    public static ChangeData Of(RegistryChange change) => new(
        change.Fleet, change.Contract, change.Task, change.Subject, change.From, change.To, change.By, change.Why, change.EvidenceDigest);
}
