using System.Text.Json.Nodes;
using CsCheck;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Twins;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Twins;

public sealed class TwinSectionTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void EveryChange_RaisesTheVersionByOneAndMerges() => Documents.Patches.List[0, 6].Sample(patches =>
    {
        var section = TwinSection.Create(TwinSectionKind.Desired, Start);
        var plain = new JsonObject();
        for (var i = 0; i < patches.Count; i++)
        {
            var previous = section;
            section = section.Apply(patches[i], Start.AddSeconds(i));
            plain = MergePatch.Apply(plain, patches[i]);
            Assert.Equal((i + 1, i + 2), (previous.Version, section.Version));
            Assert.True(JsonNode.DeepEquals(plain, section.Properties));
        }
    });

    [Fact]
    public void Metadata_MirrorsTheTreeOfValues() => Documents.Patches.List[1, 6].Sample(patches =>
    {
        var section = TwinSection.Create(TwinSectionKind.Reported, Start);
        foreach (var patch in patches)
        {
            section = section.Apply(patch, Start);
        }

        Assert.Equal(Shape(section.Properties, isMetadata: false), Shape(section.Metadata, isMetadata: true));
    });

    [Fact]
    public void Section_WrittenAndRead_IsTheSame() => Documents.Objects.List[0, 4].Sample(patches =>
    {
        var section = patches.Aggregate(TwinSection.Create(TwinSectionKind.Desired, Start), (current, patch) => current.Apply(patch, Start));
        var read = TwinSection.FromServiceJson(section.ToServiceJson(), TwinSectionKind.Desired, Start.AddDays(1));
        Assert.Equal(section.ToServiceJson().ToJsonString(), read.ToServiceJson().ToJsonString());
        Assert.Equal(section.Version, read.Version);
    });

    [Fact]
    public void Views_ShowWhatTheirReadersMaySee()
    {
        var section = TwinSection.Create(TwinSectionKind.Desired, Start).Apply(Documents.Parse("""{"a":{"b":1},"c":2}"""), Start).Apply(Documents.Parse("""{"a":{"b":3,"d":null}}"""), Start.AddSeconds(1));
        Assert.Equal("""{"a":{"b":3},"c":2,"$version":3}""", section.ToClientJson().ToJsonString());
        const string Old = "\"$lastUpdated\":\"2026-01-02T03:04:05.0000000Z\",\"$lastUpdatedVersion\":2";
        const string New = "\"$lastUpdated\":\"2026-01-02T03:04:06.0000000Z\",\"$lastUpdatedVersion\":3";
        var metadata = $"{{{New},\"c\":{{{Old}}},\"a\":{{{New},\"b\":{{{New}}}}}}}";
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse($$"""{"a":{"b":3},"c":2,"$metadata":{{metadata}},"$version":3}"""), section.ToServiceJson()),
            section.ToServiceJson().ToJsonString());
    }

    [Fact]
    public void Reported_HasNoVersionsInItsMetadata() =>
        Assert.DoesNotContain("$lastUpdatedVersion", TwinSection.Create(TwinSectionKind.Reported, Start).Apply(Documents.Parse("""{"a":1}"""), Start).ToServiceJson().ToJsonString(), StringComparison.Ordinal);

    [Fact]
    public void VersionAndMetadata_InAPatch_ArePassedOver()
    {
        var section = TwinSection.Create(TwinSectionKind.Desired, Start).Apply(Documents.Parse("""{"a":1,"$version":77,"$metadata":{"x":1}}"""), Start);
        Assert.Equal("""{"a":1,"$version":2}""", section.ToClientJson().ToJsonString());
    }

    [Fact]
    public void Replace_LeavesNothingOfTheOldValues()
    {
        var section = TwinSection.Create(TwinSectionKind.Desired, Start).Apply(Documents.Parse("""{"a":1,"b":2}"""), Start).Replace(Documents.Parse("""{"b":{"c":1,"d":null}}"""), Start);
        Assert.Equal("""{"b":{"c":1},"$version":3}""", section.ToClientJson().ToJsonString());
        Assert.False(section.Metadata.ContainsKey("a"));
    }

    [Fact]
    public void TryApply_RefusesAPatchAndWhatWouldGrowTooLarge()
    {
        var section = TwinSection.Create(TwinSectionKind.Reported, Start);
        Assert.False(section.TryApply(Documents.Parse("""{"a b":1}"""), Start, out _, out var fault));
        Assert.Equal("a b", fault.Path);

        for (var i = 0; i < 8; i++)
        {
            Assert.True(section.TryApply(new JsonObject { [$"p{i}"] = new string('x', 4000) }, Start, out var next, out _));
            section = next;
        }

        Assert.False(section.TryApply(new JsonObject { ["more"] = new string('x', 4000) }, Start, out _, out fault));
        Assert.Contains("32768", fault.Message, StringComparison.Ordinal);
        Assert.True(section.TryApply(new JsonObject { ["p0"] = null, ["more"] = new string('x', 4000) }, Start, out _, out _));
    }

    [Fact]
    public void GivenOutObjects_AreTheCallersOwn()
    {
        var section = TwinSection.Create(TwinSectionKind.Desired, Start).Apply(Documents.Parse("""{"a":{"b":1}}"""), Start);
        section.Properties["a"] = 2;
        section.ToClientJson()["a"]!["b"] = 2;
        section.Metadata.Clear();
        Assert.Equal("""{"a":{"b":1},"$version":2}""", section.ToClientJson().ToJsonString());
        Assert.True(section.Metadata.ContainsKey("a"));
    }

    [Fact]
    public void Notification_IsThePatchWithItsVersion() => Assert.Equal(
        """{"a":null,"b":{"c":1},"$version":5}""",
        TwinSection.Notification(Documents.Parse("""{"a":null,"b":{"c":1},"$version":1}"""), 5).ToJsonString());

    [Theory]
    [InlineData("""{"a":1}""", "$version")]
    [InlineData("""{"$version":1.5}""", "$version")]
    [InlineData("""{"$version":1,"$metadata":2}""", "$metadata")]
    public void FromServiceJson_OfAFaultyText_NamesThePart(string json, string part) =>
        Assert.Equal(part, Assert.Throws<HubFormatException>(() => TwinSection.FromServiceJson(Documents.Parse(json), TwinSectionKind.Desired, Start)).Part);

    private static string Shape(JsonObject json, bool isMetadata) => string.Join(
        ',',
        json.Where(member => !isMetadata || !member.Key.StartsWith('$')).OrderBy(member => member.Key, StringComparer.Ordinal).Select(member =>
            $"{member.Key}({(member.Value is JsonObject nested ? Shape(nested, isMetadata) : "")})"));
}
