using CsCheck;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;
using Xunit;

namespace MtlSplit.IoT.Contracts.Tests.Topics;

public sealed class TopicTests
{
    private static readonly ContractId Contract = ContractId.Of("descriptor"u8);

    private static readonly Gen<string> Names = Gen.String[Gen.Char["abcXYZ019._-"], 1, 64];

    [Fact]
    public void EveryTopic_TakenApart_GivesItsPartsBack() => Gen.Select(Names, Names, Names).Sample((fleet, vehicle, task) =>
    {
        Check(DataTopics.Feature(fleet, vehicle, Contract), DataTopicKind.Feature, fleet, vehicle, Contract.ToString());
        Check(DataTopics.Prediction(fleet, vehicle, task), DataTopicKind.Prediction, fleet, vehicle, task);
        Check(DataTopics.Label(fleet, vehicle, task), DataTopicKind.Label, fleet, vehicle, task);
        Check(DataTopics.QuarantineNotice(fleet, vehicle, task), DataTopicKind.QuarantineNotice, fleet, vehicle, task);
        Check(DataTopics.VehicleStatus(fleet, vehicle), DataTopicKind.VehicleStatus, fleet, vehicle, "");
        Check(DataTopics.Contract(fleet, Contract), DataTopicKind.Contract, fleet, "", Contract.ToString());
        Check(DataTopics.HeadConsumer(fleet, task, vehicle), DataTopicKind.HeadConsumer, fleet, task, vehicle);
        Check(DataTopics.Event(fleet, task), DataTopicKind.Event, fleet, "", task);
    });

    [Theory]
    [InlineData("")]
    [InlineData("mtl")]
    [InlineData("mtl/v2/f/vehicles/v/status")]
    [InlineData("mtl/v1/f/vehicles/v/features")]
    [InlineData("mtl/v1/f/vehicles/v/features/a/b")]
    [InlineData("mtl/v1/f/vehicles/v/other/a")]
    [InlineData("mtl/v1/f/vehicles//features/a")]
    [InlineData("mtl/v1/f/vehicles/v w/features/a")]
    [InlineData("mtl/v1/+/vehicles/v/features/a")]
    [InlineData("/mtl/v1/f/contracts/a")]
    public void TryParse_OfAnotherTopic_ReturnsFalse(string topic) => Assert.False(DataTopic.TryParse(topic, out _));

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a+")]
    [InlineData("#")]
    [InlineData("ä")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void Topics_WithABadId_NameIt(string id)
    {
        var e = Assert.Throws<BusNameException>(() => DataTopics.Feature("fleet", id, Contract));
        Assert.Equal(("vehicle", id), (e.What, e.Value));
    }

    [Fact]
    public void SharedFeatures_NamesGroupAndFleet() =>
        Assert.Equal("$share/object_size/mtl/v1/north/vehicles/+/features/+", DataTopics.SharedFeatures("north", "object_size"));

    private static void Check(string topic, DataTopicKind kind, string fleet, string owner, string leaf)
    {
        Assert.True(DataTopic.TryParse(topic, out var parsed), topic);
        Assert.Equal(new DataTopic(kind, fleet, owner, leaf), parsed);
    }
}
