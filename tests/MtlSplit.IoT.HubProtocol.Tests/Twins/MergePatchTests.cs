using System.Text.Json.Nodes;
using CsCheck;
using MtlSplit.IoT.HubProtocol.Twins;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Twins;

public sealed class MergePatchTests
{
    [Fact]
    public void Between_Applied_GivesTheTarget() => Gen.Select(Documents.Objects, Documents.Objects).Sample((from, to) =>
        JsonNode.DeepEquals(to, MergePatch.Apply(from, MergePatch.Between(from, to))));

    [Fact]
    public void Between_EqualObjects_IsEmpty() => Documents.Objects.Sample(document => MergePatch.Between(document, document).Count == 0);

    [Fact]
    public void Apply_Twice_ChangesNothingMore() => Gen.Select(Documents.Objects, Documents.Patches).Sample((target, patch) =>
    {
        var once = MergePatch.Apply(target, patch);
        Assert.True(JsonNode.DeepEquals(once, MergePatch.Apply(once, patch)));
        Assert.DoesNotContain("null", once.ToJsonString(), StringComparison.Ordinal);
    });

    [Fact]
    public void Apply_AnEmptyPatch_ChangesNothing() => Documents.Objects.Sample(target => JsonNode.DeepEquals(target, MergePatch.Apply(target, [])));

    [Fact]
    public void Apply_LeavesItsArgumentsAlone() => Gen.Select(Documents.Objects, Documents.Patches).Sample((target, patch) =>
    {
        var (before, wanted) = (target.ToJsonString(), patch.ToJsonString());
        MergePatch.Apply(target, patch)["new"] = 1;
        MergePatch.Between(target, patch)["new"] = 1;
        Assert.Equal((before, wanted), (target.ToJsonString(), patch.ToJsonString()));
    });

    // The examples of RFC 7396, appendix A, whose target and patch are objects.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""{}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void Apply_FollowsTheStandard(string target, string patch, string result) =>
        Assert.Equal(result, MergePatch.Apply(Documents.Parse(target), Documents.Parse(patch)).ToJsonString());

    [Fact]
    public void Between_NamesOnlyWhatDiffers() => Assert.Equal(
        """{"gone":null,"nested":{"b":3,"old":null},"new":[1]}""",
        MergePatch.Between(
            Documents.Parse("""{"same":1,"gone":2,"nested":{"a":1,"b":2,"old":3}}"""),
            Documents.Parse("""{"same":1.0,"nested":{"a":1,"b":3},"new":[1]}""")).ToJsonString());
}
