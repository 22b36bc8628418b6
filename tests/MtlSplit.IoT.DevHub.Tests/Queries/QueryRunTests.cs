using System.Text.Json.Nodes;
using CsCheck;
using MtlSplit.IoT.DevHub.Queries.Parsing;
using MtlSplit.IoT.DevHub.Queries.Running;
using MtlSplit.IoT.DevHub.Registry.Identities;
using MtlSplit.IoT.DevHub.Tests.Registry;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Queries;

public sealed class QueryRunTests : IDisposable
{
    private static readonly string[] Queries =
    [
        "SELECT deviceId FROM devices",
        "SELECT deviceId, moduleId FROM devices.modules",
        "SELECT deviceId FROM devices WHERE tags.n >= 3 AND tags.n < 8",
        "SELECT TOP 4 deviceId FROM devices",
        "SELECT TOP 100 deviceId FROM devices.modules WHERE moduleId = 'm1'",
        "SELECT tags.even AS even, COUNT() AS n FROM devices GROUP BY tags.even",
        "SELECT TOP 1 tags.n AS n, COUNT() AS c FROM devices GROUP BY tags.n",
        "SELECT COUNT() AS n FROM devices.modules",
        "SELECT deviceId FROM devices WHERE tags.n = 99",
    ];

    private readonly Hubs _hub = new();

    public QueryRunTests()
    {
        for (var i = 0; i < 11; i++)
        {
            var id = new HubIdentity($"d{i:00}");
            _hub.Put(id);
            _hub.Patch(id, $$"""{"tags":{"n":{{i}},"even":{{(i % 2 == 0 ? "true" : "false")}} } }""");
            for (var j = 0; j < i % 4; j++)
            {
                _hub.Put(new HubIdentity(id.DeviceId, $"m{j}"));
            }
        }
    }

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void Pages_OfAnySize_AreTheWholeResult() => Gen.Select(Gen.OneOf(Queries), Gen.Int[1, 15]).Sample(
        (text, size) =>
        {
            var pages = Read(text, size);

            Assert.Equal(Assert.Single(Read(text, 1000)), pages.SelectMany(page => page));
            Assert.All(pages.SkipLast(1), page => Assert.Equal(size, page.Count));
            Assert.True(pages.Count == 1 || pages[^1].Count > 0, "There is an empty page at the end.");
            Assert.Equal(pages.Sum(page => page.Count), QueryRun.Count(_hub.Registry.State, QueryParser.Parse(text)));
        },
        iter: 300);

    [Fact]
    public void Pages_WhileTwinsComeAndGo_NeitherRepeatNorSkipTheOthers()
    {
        const string Text = "SELECT deviceId FROM devices";
        var statement = QueryParser.Parse(Text);
        var first = QueryRun.Page(_hub.Registry.State, statement, Text, Continuation.Start, 5);
        _hub.Registry.Change(change =>
        {
            IdentityRegistration.Delete(change, new HubIdentity("d04"), default);
            return 0;
        });
        _hub.Put(new HubIdentity("d00a"));

        var second = QueryRun.Page(_hub.Registry.State, statement, Text, Continuation.Parse(first.Continuation, Text), 100);

        Assert.Equal(Enumerable.Range(0, 11).Select(i => $"d{i:00}"), first.Rows.Concat(second.Rows).Select(row => row!["deviceId"]!.GetValue<string>()));
    }

    [Fact]
    public void Continuation_WhateverItsText_IsReadOrRefused() => Gen.OneOf(
        Gen.String,
        Gen.Byte.Array[0, 60].Select(Convert.ToBase64String),
        Gen.Select(Gen.Int, Gen.String).Select((n, s) => new Continuation(s, s, n).ToToken("other"))).Sample(
        token =>
        {
            if (token.Length > 0)
            {
                Assert.Equal(HubErrors.ArgumentInvalid, Assert.Throws<HubException>(() => Continuation.Parse(token, "query")).Code);
            }
        },
        iter: 2000);

    private List<List<string>> Read(string text, int size)
    {
        var statement = QueryParser.Parse(text);
        List<List<string>> pages = [];
        string? token = null;
        do
        {
            var page = QueryRun.Page(_hub.Registry.State, statement, text, Continuation.Parse(token, text), size);
            pages.Add([.. page.Rows.Select(row => ((JsonNode)row!).ToJsonString())]);
            token = page.Continuation;
        }
        while (token is not null);
        return pages;
    }
}
