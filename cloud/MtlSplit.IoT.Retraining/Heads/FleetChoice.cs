namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>Finds the fleet that a person means: its samples are learned from, and the new head answers for it.</summary>
internal static class FleetChoice
{
    /// <summary>The fleet.</summary>
    /// <param name="asked">Its name; null for the only one there is.</param>
    /// <param name="stored">The fleets that features of the contract are stored of.</param>
    /// <exception cref="RetrainException">None was named, and several are there; the message lists them.</exception>
    public static string Choose(string? asked, IReadOnlyList<string> stored) => asked ?? (stored is [var one]
        ? one
        : throw new RetrainException($"Features of {stored.Count} fleets are stored: {string.Join(", ", stored)}. Say which with --fleet."));
}
