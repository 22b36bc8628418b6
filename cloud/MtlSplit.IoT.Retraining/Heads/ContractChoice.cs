using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>Finds the contract that a person means.</summary>
internal static class ContractChoice
{
    private const string ShortPrefix = "fc-";

    /// <summary>The one stored contract that fits.</summary>
    /// <param name="asked">64 hex digits, or <c>fc-</c> and a beginning of them; null for the only one there is.</param>
    /// <param name="stored">The contracts that features are stored under.</param>
    /// <exception cref="RetrainException">None or several fit; the message lists what there is.</exception>
    public static ContractId Choose(string? asked, IReadOnlyList<ContractId> stored)
    {
        if (stored.Count == 0)
        {
            throw new RetrainException("No feature is stored yet.");
        }

        var digits = asked is null ? "" : asked.StartsWith(ShortPrefix, StringComparison.Ordinal) ? asked[ShortPrefix.Length..] : asked;
        var fitting = stored.Where(c => c.ToString().StartsWith(digits, StringComparison.Ordinal)).ToList();
        var there = string.Join(", ", stored.Select(c => c.ShortForm));
        return fitting switch
        {
            [var one] => one,
            [] => throw new RetrainException($"No feature is stored under contract '{asked}'. Stored are: {there}."),
            _ => throw new RetrainException($"Features of {fitting.Count} contracts are stored: {there}. Say which with --contract."),
        };
    }
}
