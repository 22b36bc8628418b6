using MtlSplit.IoT.Contracts.Heads;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary>Aliases as listed.</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Task">The task.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Production">The version that answers.</param>
/// <param name="Previous">The version before.</param>
/// <param name="Shadow">The version that is watched beside.</param>
/// <param name="At">When one of them was moved last.</param>
/// <param name="By">By whom.</param>
/// <param name="Why">Why.</param>
internal sealed record AliasRow(string Fleet, string Task, string Contract, string? Production, string? Previous, string? Shadow, string At, string By, string Why)
{
    public static AliasRow Of(AliasRecord record) => new(
        record.Fleet, record.Task, record.Contract, record.Production?.Version, record.Previous?.Version, record.Shadow?.Version, Moment.Of(record.At), record.By, record.Why);
}
