using System.ComponentModel.DataAnnotations;
using MtlSplit.IoT.Hosting.Settings;

namespace MtlSplit.IoT.DevHub.Throttling;

/// <summary>Which limits the hub keeps. Section <c>Hub:Throttling</c>.</summary>
public sealed class ThrottlingOptions
{
    /// <summary>Whose; None by default.</summary>
    [EnumDataType(typeof(HubTier))]
    public HubTier Tier { get; set; }

    /// <summary>How many units of the tier.</summary>
    [Range(1, 200)]
    public int Units { get; set; } = 1;

    /// <summary>
    /// What a hub that was quiet accepts at once: so much time's worth of the rate. A minute by default, since Azure applies its rates in minute ranges
    /// and lets bursts of a minute or two through.
    /// </summary>
    [DurationRange("00:00:01", "00:10:00")]
    public TimeSpan Burst { get; set; } = TimeSpan.FromMinutes(1);
}
