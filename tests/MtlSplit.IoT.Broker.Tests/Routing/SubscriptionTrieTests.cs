using CsCheck;
using MtlSplit.IoT.Broker.Admission;
using MtlSplit.IoT.Broker.Routing;
using MtlSplit.IoT.Broker.Sessions;
using MtlSplit.IoT.Broker.Sharing;
using Xunit;

namespace MtlSplit.IoT.Broker.Tests.Routing;

public sealed class SubscriptionTrieTests
{
    private static readonly Gen<string> Topics = Level("a", "b", "", "$s").Array[1, 4].Select(levels => string.Join('/', levels)).Where(topic => topic.Length > 0);

    private static readonly Gen<string> Filters = Gen.Select(Level("a", "b", "", "$s", "+").Array[1, 4], Gen.Bool)
        .Select((levels, rest) => string.Join('/', rest ? [.. levels, "#"] : levels)).Where(filter => filter.Length > 0);

    private readonly Session _session = new("client", Principal.Anonymous);

    [Fact]
    public void Match_FindsWhatMqttsRulesSay_AlsoAfterOthersHaveLeft() =>
        Gen.Select(Filters.Array[1, 12], Filters.Array[0, 6], Topics.Array[1, 6]).Sample((stay, leave, topics) =>
        {
            var trie = new SubscriptionTrie();
            var plain = Array.ConvertAll(stay, f => new Subscription(_session, null, f) { MaxQos = 1 });
            var groups = Array.ConvertAll(stay, f => new SharedGroup("g", f));
            var gone = Array.ConvertAll(leave, f => new Subscription(_session, null, f) { MaxQos = 1 });
            Array.ForEach(gone, trie.Add);
            Array.ForEach(plain, trie.Add);
            Array.ForEach(groups, trie.Add);
            Array.ForEach(gone, trie.Remove);

            foreach (var topic in topics)
            {
                List<Subscription> plainFound = [];
                List<SharedGroup> groupsFound = [];
                trie.Match(topic, plainFound, groupsFound);

                Assert.Equal(plain.Where(s => Matches(s.Filter, topic)).ToHashSet(), plainFound.ToHashSet());
                Assert.Equal(groups.Where(g => Matches(g.Filter, topic)).ToHashSet(), groupsFound.ToHashSet());
                Assert.Equal(plainFound.Distinct().Count(), plainFound.Count);
            }
        });

    [Fact]
    public void FilterMatches_SaysWhatMqttsRulesSay() =>
        Gen.Select(Filters, Topics).Sample((filter, topic) => Assert.Equal(Matches(filter, topic), TopicFilter.Matches(filter, topic)), iter: 20_000);

    [Fact]
    public void Empty_AfterEveryoneLeft_MatchesNothing() =>
        Gen.Select(Filters.Array[1, 8], Topics).Sample((filters, topic) =>
        {
            var trie = new SubscriptionTrie();
            var all = Array.ConvertAll(filters, f => new Subscription(_session, null, f) { MaxQos = 1 });
            Array.ForEach(all, trie.Add);
            Array.ForEach(all, trie.Remove);
            List<Subscription> found = [];
            trie.Match(topic, found, []);

            Assert.Empty(found);
        });

    private static Gen<string> Level(params string[] levels) => Gen.Int[0, levels.Length - 1].Select(i => levels[i]);

    /// <summary>MQTT 5, section 4.7, word for word.</summary>
    private static bool Matches(string filter, string topic)
    {
        if (topic[0] == '$' && (filter[0] is '+' or '#'))
        {
            return false;
        }

        return Levels(filter.Split('/'), topic.Split('/'));

        static bool Levels(ReadOnlySpan<string> filter, ReadOnlySpan<string> topic) =>
            filter is ["#"] || (filter.IsEmpty && topic.IsEmpty)
            || (!filter.IsEmpty && !topic.IsEmpty && (filter[0] == "+" || filter[0] == topic[0]) && Levels(filter[1..], topic[1..]));
    }
}
