using CsCheck;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Routes;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Routes;

public sealed class RouteTests
{
    [Theory]
    [InlineData("FROM /messages/* INTO $upstream")]
    [InlineData("from /messages/* into $UPSTREAM")]
    [InlineData("  SELECT  *  FROM\t/messages/*\nWHERE true INTO $upstream ")]
    public void Route_ToTheCloud_IsRead(string text)
    {
        var route = Route.Parse(text);
        Assert.True(route.Sink.IsUpstream);
        Assert.Equal("/messages/*", route.Source.Text);
        Assert.True(route.Takes(MessageSources.Devices, new HubMessage()));
    }

    [Theory]
    [InlineData("FROM /messages/modules/backbone/outputs/features INTO BrokeredEndpoint(\"/modules/head/inputs/features\")")]
    [InlineData("FROM /messages/modules/backbone/outputs/features INTO brokeredendpoint ( '/Modules/head/Inputs/features' )")]
    public void Route_ToAModule_IsRead(string text)
    {
        var sink = Route.Parse(text).Sink;
        Assert.Equal(RouteSink.ModuleInput("head", "features"), sink);
        Assert.Equal("BrokeredEndpoint(\"/modules/head/inputs/features\")", sink.ToString());
        Assert.NotEqual(RouteSink.Upstream, sink);
    }

    [Fact]
    public void Route_WithACondition_TakesOnlyWhatFulfilsIt()
    {
        var route = Route.Parse("FROM /messages/* WHERE kind = 'hot' AND NOT $connectionModuleId = 'x' INTO $upstream");
        Assert.Equal("kind = 'hot' AND NOT $connectionModuleId = 'x'", route.Condition.Text);
        var system = new MessageProperties { ConnectionModuleId = "backbone" };
        Assert.True(route.Takes("/messages/modules/backbone/", new HubMessage { System = system, Properties = [new("kind", "hot")] }));
        Assert.False(route.Takes("/messages/modules/backbone/", new HubMessage { System = system, Properties = [new("kind", "cold")] }));
        Assert.False(route.Takes(MessageSources.TwinChanges, new HubMessage { System = system, Properties = [new("kind", "hot")] }));
    }

    [Theory]
    [InlineData("/*", "/messages/", true)]
    [InlineData("/*", "/twinChangeNotifications/", true)]
    [InlineData("/messages/*", "/messages/modules/m/outputs/o/", true)]
    [InlineData("/messages", "/messages/modules/m/", true)]
    [InlineData("/messages/*", "/twinChangeNotifications/", false)]
    [InlineData("/messages/modules/m/*", "/messages/modules/m/", true)]
    [InlineData("/messages/modules/m/*", "/messages/modules/m/outputs/o/", true)]
    [InlineData("/messages/modules/m", "/messages/modules/m/outputs/o/", true)]
    [InlineData("/messages/modules/m/*", "/messages/modules/m2/", false)]
    [InlineData("/messages/modules/M/outputs/*", "/messages/modules/m/outputs/o/", true)]
    [InlineData("/messages/modules/m/outputs/*", "/messages/modules/m/", false)]
    [InlineData("/messages/modules/m/outputs/o/*", "/messages/modules/m/outputs/o/", true)]
    [InlineData("/messages/modules/m/outputs/o", "/messages/modules/m/outputs/other/", false)]
    public void Source_IsAPrefixOfWholeLevels(string source, string message, bool matches) =>
        Assert.Equal(matches, Route.Parse($"FROM {source} INTO $upstream").Source.Matches(message));

    [Fact]
    public void MessageSource_IsNamedAfterSenderAndOutput()
    {
        var message = new HubMessage { System = new MessageProperties { OutputName = "o" } };
        Assert.Equal("/messages/modules/m/outputs/o/", MessageSources.Of(new HubIdentity("d", "m"), message));
        Assert.Equal("/messages/modules/m/", MessageSources.Of(new HubIdentity("d", "m"), new HubMessage()));
        Assert.Equal("/messages/", MessageSources.Of(new HubIdentity("d"), message));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("SELECT a FROM /messages/* INTO $upstream", 8)]
    [InlineData("FROM messages INTO $upstream", 6)]
    [InlineData("FROM /messages/*/x INTO $upstream", 16)]
    [InlineData("FROM /messages/*", 17)]
    [InlineData("FROM /messages/* INTO", 22)]
    [InlineData("FROM /messages/* INTO $downstream", 23)]
    [InlineData("FROM /messages/* INTO $upstream x", 33)]
    [InlineData("FROM /messages/* WHERE INTO $upstream", 24)]
    [InlineData("FROM /messages/* WHERE a = INTO $upstream", 28)]
    [InlineData("FROM /messages/* WHERE a ! b INTO $upstream", 26)]
    [InlineData("FROM /messages/* INTO BrokeredEndpoint(\"/modules/m/inputs\")", 40)]
    [InlineData("FROM /messages/* INTO BrokeredEndpoint(\"/modules/m/inputs/i/x\")", 40)]
    [InlineData("FROM /messages/* INTO BrokeredEndpoint(\"modules/m/inputs/i\")", 40)]
    [InlineData("FROM /messages/* INTO BrokeredEndpoint(\"/modules/m/outputs/i\")", 40)]
    [InlineData("FROM /messages/* INTO BrokeredEndpoint(\"/modules//inputs/i\")", 40)]
    [InlineData("FROM /messages/* INTO BrokeredEndpoint(/modules/m/inputs/i)", 40)]
    [InlineData("FROM /messages/* INTO BrokeredEndpoint(\"/modules/m/inputs/i\"", 61)]
    public void Parse_OfNoRoute_NamesTheColumn(string text, int column)
    {
        var e = Assert.Throws<RouteException>(() => Route.Parse(text));
        Assert.Equal(column, e.Column);
        Assert.StartsWith($"Column {column}: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfAnyText_ThrowsNothingElse()
    {
        var pieces = Texts.OneOf(
            "SELECT", "*", "FROM", "/messages/*", "WHERE", "INTO", "$upstream", "BrokeredEndpoint(", "\"/modules/m/inputs/i\"", "'", "\"", ")", "(", "and", "or", "not",
            "-", "1", "1.5e3", "0x", "=", "<>", "!", "$body.a", "$body[", "]", "{", "}", "abs(", "as_number(", ",", "\\u12", "a", "|", "||", "??", "?");
        Gen.Select(pieces, Gen.Bool).List[0, 20].Sample(drawn =>
        {
            var text = string.Concat(drawn.Select(piece => piece.Item1 + (piece.Item2 ? " " : "")));
            return Route.TryParse(text, out var route, out var fault) == (route is not null && fault is null);
        });
        Texts.Any.Sample(text => Route.TryParse($"FROM /messages/* WHERE {text} INTO $upstream", out _, out var fault) == (fault is null));
    }

    [Fact]
    public void EveryRouteThatIsRead_ReadsTheSameFromItsText()
    {
        var route = Route.Parse("FROM /a/* WHERE x = 1 INTO $upstream");
        var again = Route.Parse(route.ToString());
        Assert.Equal((route.Source, route.Condition.Text, route.Sink), (again.Source, again.Condition.Text, again.Sink));
    }
}
