namespace MtlSplit.IoT.DevHub.Throttling;

/// <summary>The rates of Azure IoT Hub, as its document "IoT Hub quotas and throttling" has them.</summary>
internal static class ThrottleRates
{
    /// <summary>What counts as one call of a method: 4 KiB of payload or what is left of them.</summary>
    public const int MethodMeterBytes = 4 * 1024;

    private const double Minute = 60;

    /// <summary>How many of an operation a hub of a tier does each second. Some grow with each unit, some from a least on, some not at all.</summary>
    public static double PerSecond(ThrottledOperation operation, HubTier tier, int units) => (operation, tier) switch
    {
        (_, HubTier.None) => double.PositiveInfinity,
        (ThrottledOperation.RegistryOperations, HubTier.S3) => 5000 / Minute * units,
        (ThrottledOperation.RegistryOperations, _) => 100 / Minute * units,
        (ThrottledOperation.Connections or ThrottledOperation.Sends, HubTier.S1) => Math.Max(100, 12 * units),
        (ThrottledOperation.Connections or ThrottledOperation.Sends, HubTier.S2) => 120 * units,
        (ThrottledOperation.Connections or ThrottledOperation.Sends, _) => 6000 * units,
        // 160 KiB, 480 KiB, 24 MiB.
        (ThrottledOperation.Methods, HubTier.S1) => 40 * units,
        (ThrottledOperation.Methods, HubTier.S2) => 120 * units,
        (ThrottledOperation.Methods, _) => 6144 * units,
        (ThrottledOperation.Queries, HubTier.S3) => 1000 / Minute * units,
        (ThrottledOperation.Queries, _) => 20 / Minute * units,
        (ThrottledOperation.TwinReads, HubTier.S1) => 100,
        (ThrottledOperation.TwinReads, HubTier.S2) => Math.Max(100, 10 * units),
        (ThrottledOperation.TwinReads, _) => 500 * units,
        (ThrottledOperation.TwinUpdates, HubTier.S1) => 50,
        (ThrottledOperation.TwinUpdates, HubTier.S2) => Math.Max(50, 5 * units),
        (ThrottledOperation.TwinUpdates, _) => 250 * units,
        (ThrottledOperation.Configurations, _) => 20 / Minute * units,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "There is no rate of it."),
    };
}
