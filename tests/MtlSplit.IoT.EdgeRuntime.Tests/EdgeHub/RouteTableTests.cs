using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.EdgeRuntime.EdgeHub;
using MtlSplit.IoT.EdgeRuntime.EdgeHub.Routing;
using MtlSplit.IoT.HubGateway;
using MtlSplit.IoT.HubProtocol.Deployments;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Routes;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.EdgeHub;

public sealed class RouteTableTests
{
    [Fact]
    public void Message_OfTwoRoutesToOneEndpoint_TakesTheBetterPriority()
    {
        var table = Table("""{"a":{"route":"FROM /messages/* INTO $upstream","priority":7,"timeToLiveSecs":5},"b":{"route":"FROM /messages/modules/m/* INTO $upstream","priority":2},"c":"FROM /messages/* INTO BrokeredEndpoint(\"/modules/x/inputs/i\")"}""");

        var matches = table.Match(MessageSources.Module("m", "o"), new HubMessage());

        Assert.Equal([new(RouteSink.Upstream, 2, TimeSpan.FromSeconds(60)), new(RouteSink.ModuleInput("x", "i"), int.MaxValue, TimeSpan.FromSeconds(60))], matches);
        Assert.Equal(new RouteMatch(RouteSink.Upstream, 7, TimeSpan.FromSeconds(5)), table.Match(MessageSources.Module("n"), new HubMessage())[0]);
    }

    [Fact]
    public void Message_OfNoRoute_GoesNowhere() => Assert.Empty(Table("""{"a":"FROM /messages/modules/m/outputs/o INTO $upstream"}""").Match(MessageSources.Module("m", "p"), new HubMessage()));

    [Fact]
    public void Subscriptions_Kept_AreReadAgain()
    {
        var folder = Directory.CreateTempSubdirectory("er-s-");
        var file = new SessionFile(Path.Combine(folder.FullName, "sessions.json"), NullLogger.Instance);
        var session = new SessionSubscriptions(new HubIdentity("d", "m"), true, [new("$iothub/twin/res/#", 0), new("devices/d/modules/m/inputs/#", 1)]);

        file.Write(() => [session]);

        var read = Assert.Single(file.Read());
        Assert.Equal(session.Identity, read.Identity);
        Assert.Equal(session.Filters, read.Filters);
        folder.Delete(recursive: true);
    }

    private static RouteTable Table(string routes) => new(EdgeHubDesired.Parse(
        JsonNode.Parse($$$"""{"schemaVersion":"1.1","routes":{{{routes}}},"storeAndForwardConfiguration":{"timeToLiveSecs":60}}""")!.AsObject()));
}
