namespace MtlSplit.IoT.Cli.Demo;

/// <summary>Accuracy of one task on the vehicle whose light changed, as fractions; null where nothing was labelled.</summary>
/// <param name="Before">In the usual light.</param>
/// <param name="Shifted">In the unseen light, with the old head.</param>
/// <param name="Recovered">In the unseen light, frames captured after the new head's first answer.</param>
/// <param name="Others">On the other vehicles, frames captured after the new head's first answer.</param>
/// <param name="Renewed">In the unseen light, through the new backbone.</param>
internal sealed record DemoAccuracy(double? Before, double? Shifted, double? Recovered, double? Others, double? Renewed = null)
{
    /// <summary>Which share of the fall came back; null where nothing fell.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double? Regained => Before - Shifted is > 0 and var fall ? (Recovered - Shifted) / fall : null;
}
