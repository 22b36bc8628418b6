using MtlSplit.IoT.Registry.Promoting;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary>A change of an alias, as commands print it.</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Task">The task.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Alias">Which one.</param>
/// <param name="Action">What was done.</param>
/// <param name="From">Where it led before.</param>
/// <param name="To">Where it leads since.</param>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
/// <param name="Why">Why.</param>
/// <param name="Sequence">Its number in the history.</param>
internal sealed record ChangeRow(string Fleet, string Task, string Contract, string Alias, string Action, string? From, string? To, string At, string By, string Why, int Sequence)
{
    public static ChangeRow Of(AliasChange change) => new(
        change.Record.Fleet, change.Record.Task, change.Record.Contract, change.Alias.ToString().ToLowerInvariant(), change.Record.Action,
        change.From?.Version, change.To?.Version, Moment.Of(change.Record.At), change.Record.By, change.Record.Why, change.Record.Sequence);
}
