using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Deployments;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Deployments;

public sealed class EdgeHubDesiredTests
{
    private const string Path = "properties.desired";

    [Fact]
    public void Section_IsReadWhole()
    {
        var read = EdgeHubDesired.Parse(Manifests.HubOf(Manifests.Document));
        Assert.Equal(["up", "features"], read.Routes.Keys);
        Assert.Equal((null, int.MaxValue, null), (read.Routes["up"].Priority, read.Routes["up"].EffectivePriority, read.Routes["up"].TimeToLive));
        Assert.True(read.Routes["up"].Route.Sink.IsUpstream);
        Assert.Equal((0, 0, TimeSpan.FromSeconds(60)), (read.Routes["features"].Priority, read.Routes["features"].EffectivePriority, read.Routes["features"].TimeToLive));
        Assert.Equal(new StoreAndForwardSpec(TimeSpan.FromHours(2), 1 << 20), read.StoreAndForward);
    }

    [Fact]
    public void Section_WrittenAndRead_IsTheSame()
    {
        var read = EdgeHubDesired.Parse(Manifests.HubOf(Manifests.Document));
        var again = EdgeHubDesired.Parse(read.ToJson());
        Assert.Equal(read.Routes.Values, again.Routes.Values);
        Assert.Equal(read.StoreAndForward, again.StoreAndForward);
    }

    [Fact]
    public void TimesOfZeroOrLess_MeanTheHubsTimeAndForEver()
    {
        var section = Manifests.HubOf(Manifests.Document);
        Manifests.Set(section, "routes/features/timeToLiveSecs", 0);
        Manifests.Set(section, "storeAndForwardConfiguration/timeToLiveSecs", -1);
        var read = EdgeHubDesired.Parse(section);
        Assert.Null(read.Routes["features"].TimeToLive);
        Assert.Null(read.StoreAndForward.TimeToLive);
    }

    [Fact]
    public void Section_WithoutRoutesAndTimes_HasDefaults()
    {
        var read = EdgeHubDesired.Parse(Documents.Parse("""{"schemaVersion":"1.0","$version":3}"""));
        Assert.Empty(read.Routes);
        Assert.Equal(StoreAndForwardSpec.Default, read.StoreAndForward);
    }

    [Fact]
    public void Broker_OfThePreview_IsPassedOver() =>
        Assert.Equal("1.2", EdgeHubDesired.Parse(Documents.Parse("""{"schemaVersion":"1.2","mqttBroker":{"bridges":[]}}""")).SchemaVersion);

    [Theory]
    [InlineData("schemaVersion", null, 412)]
    [InlineData("schemaVersion", "\"1.4\"", 412)]
    [InlineData("schemaVersion", "\"2\"", 412)]
    [InlineData("mqttBroker", "{}", 400)]
    [InlineData("integrity", "{}", 400)]
    [InlineData("routes", "1", 400)]
    [InlineData("routes.a b", "\"FROM /* INTO $upstream\"", 400)]
    [InlineData("routes.up", "1", 400)]
    [InlineData("routes.up", "\"FROM /messages/* INTO\"", 400)]
    [InlineData("routes.features.route", null, 400)]
    [InlineData("routes.features.route", "\"INTO $upstream\"", 400)]
    [InlineData("routes.features.priority", "10", 400)]
    [InlineData("routes.features.priority", "-1", 400)]
    [InlineData("routes.features.priority", "1.5", 400)]
    [InlineData("routes.features.timeToLiveSecs", "-1", 400)]
    [InlineData("routes.features.ttl", "1", 400)]
    [InlineData("storeAndForwardConfiguration.timeToLiveSecs", null, 400)]
    [InlineData("storeAndForwardConfiguration.timeToLiveSecs", "\"7200\"", 400)]
    [InlineData("storeAndForwardConfiguration.storeLimits.maxSizeBytes", "0", 400)]
    [InlineData("storeAndForwardConfiguration.other", "0", 400)]
    [InlineData("modules", "{}", 400)]
    public void Section_WithAFault_NamesThePath(string path, string? value, int status)
    {
        var section = Manifests.HubOf(Manifests.Document);
        Manifests.Set(section, path.Replace('.', '/'), value is null ? null : JsonNode.Parse(value));
        var e = Assert.Throws<DeploymentException>(() => EdgeHubDesired.Parse(section, Path));
        Assert.Equal(($"{Path}.{path}", status), (e.Path, e.StatusCode));
    }

    [Fact]
    public void RouteFault_NamesTheColumnToo()
    {
        var section = Manifests.HubOf(Manifests.Document);
        section["routes"]!["up"] = "FROM /messages/* INTO $nowhere";
        Assert.Contains("Column 23", Assert.Throws<DeploymentException>(() => EdgeHubDesired.Parse(section)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RouteObjects_NeedTheNewerSchema()
    {
        var section = Manifests.HubOf(Manifests.Document);
        section["schemaVersion"] = "1.0";
        Assert.Equal($"{Path}.routes.features", Assert.Throws<DeploymentException>(() => EdgeHubDesired.Parse(section, Path)).Path);
    }
}
