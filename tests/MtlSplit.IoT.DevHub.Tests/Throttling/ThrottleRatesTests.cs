using MtlSplit.IoT.DevHub.Throttling;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Throttling;

public sealed class ThrottleRatesTests
{
    /// <summary>The table of the document, a minute's worth of each.</summary>
    [Theory]
    [InlineData("RegistryOperations", HubTier.S1, 1, 100)]
    [InlineData("RegistryOperations", HubTier.S1, 3, 300)]
    [InlineData("RegistryOperations", HubTier.S2, 1, 100)]
    [InlineData("RegistryOperations", HubTier.S3, 1, 5000)]
    [InlineData("Connections", HubTier.S1, 1, 60 * 100)]
    [InlineData("Connections", HubTier.S1, 2, 60 * 100)]
    [InlineData("Connections", HubTier.S1, 9, 60 * 108)]
    [InlineData("Connections", HubTier.S2, 2, 60 * 240)]
    [InlineData("Connections", HubTier.S3, 1, 60 * 6000)]
    [InlineData("Sends", HubTier.S1, 9, 60 * 108)]
    [InlineData("Sends", HubTier.S2, 1, 60 * 120)]
    [InlineData("Sends", HubTier.S3, 2, 60 * 12_000)]
    [InlineData("Methods", HubTier.S1, 1, 60 * 160 / 4)]
    [InlineData("Methods", HubTier.S2, 1, 60 * 480 / 4)]
    [InlineData("Methods", HubTier.S3, 1, 60 * 24 * 1024 / 4)]
    [InlineData("Queries", HubTier.S1, 1, 20)]
    [InlineData("Queries", HubTier.S2, 2, 40)]
    [InlineData("Queries", HubTier.S3, 1, 1000)]
    [InlineData("TwinReads", HubTier.S1, 5, 60 * 100)]
    [InlineData("TwinReads", HubTier.S2, 5, 60 * 100)]
    [InlineData("TwinReads", HubTier.S2, 11, 60 * 110)]
    [InlineData("TwinReads", HubTier.S3, 2, 60 * 1000)]
    [InlineData("TwinUpdates", HubTier.S1, 5, 60 * 50)]
    [InlineData("TwinUpdates", HubTier.S2, 12, 60 * 60)]
    [InlineData("TwinUpdates", HubTier.S3, 1, 60 * 250)]
    [InlineData("Configurations", HubTier.S1, 1, 20)]
    [InlineData("Configurations", HubTier.S3, 2, 40)]
    public void Rates_AreThoseOfTheDocument(string operation, HubTier tier, int units, double perMinute) =>
        Assert.Equal(perMinute, 60 * ThrottleRates.PerSecond(Enum.Parse<ThrottledOperation>(operation), tier, units), 6);
}
