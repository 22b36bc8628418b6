using CsCheck;
using MtlSplit.IoT.Messaging.Receiving;
using Xunit;

namespace MtlSplit.IoT.Messaging.Tests.Receiving;

public sealed class TopicFilterTests
{
    private static readonly Gen<string> Topics = Levels("a", "b", "", "$s").Where(topic => topic.Length > 0);

    private static readonly Gen<string> Filters = Gen.Select(Levels("a", "b", "", "$s", "+"), Gen.Bool, (levels, rest) => rest ? $"{levels}/#" : levels).Where(filter => filter.Length > 0);

    [Fact]
    public void Match_SaysWhatMqttsRulesSay_AlsoInAGroup() =>
        Gen.Select(Filters, Topics, Gen.Bool).Sample(
            (text, topic, shared) =>
            {
                Assert.True(TopicFilter.TryParse(shared ? $"$share/g/{text}" : text, out var filter, out var fault), fault);
                Assert.Equal(shared, filter.IsShared);
                Assert.Equal(Matches(text, topic), filter.Matches(topic));
            },
            iter: 20_000);

    [Theory]
    [InlineData("")]
    [InlineData("a/#/b")]
    [InlineData("a#")]
    [InlineData("a+/b")]
    [InlineData("a/b\0")]
    [InlineData("$share/g")]
    [InlineData("$share//t")]
    [InlineData("$share/g+/t")]
    [InlineData("$share/g/")]
    public void BadFilter_IsRefusedWithAReason(string text)
    {
        Assert.False(TopicFilter.TryParse(text, out _, out var fault));
        Assert.NotEmpty(fault);
    }

    private static Gen<string> Levels(params string[] levels) => Gen.Int[0, levels.Length - 1].Select(i => levels[i]).Array[1, 4].Select(all => string.Join('/', all));

    /// <summary>MQTT 5, section 4.7, word for word.</summary>
    private static bool Matches(string filter, string topic)
    {
        return !(topic[0] == '$' && (filter[0] is '+' or '#')) && Levels(filter.Split('/'), topic.Split('/'));

        static bool Levels(ReadOnlySpan<string> filter, ReadOnlySpan<string> topic) =>
            filter is ["#"] || (filter.IsEmpty && topic.IsEmpty)
            || (!filter.IsEmpty && !topic.IsEmpty && (filter[0] == "+" || filter[0] == topic[0]) && Levels(filter[1..], topic[1..]));
    }
}
