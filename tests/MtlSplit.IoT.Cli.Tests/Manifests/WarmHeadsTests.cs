using MtlSplit.IoT.Cli.Manifests;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Status;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Manifests;

public sealed class WarmHeadsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ContractId Wanted = ContractId.Of("wanted"u8);
    private static readonly ContractId Other = ContractId.Of("other"u8);
    private static readonly string[] Tasks = ["shape", "size"];

    private readonly WarmHeads _heads = new();

    [Fact]
    public void EveryConsumerWarm_NothingStandsAgainstIt()
    {
        Up("size", "a", Other, Wanted);
        Up("size", "b", Wanted);
        Up("shape", "a", Wanted);

        Assert.Empty(Missing());
    }

    [Fact]
    public void NoConsumerAtAll_NamesEveryTask() => Assert.Equal(["task shape: no head consumer is up", "task size: no head consumer is up"], Missing());

    [Fact]
    public void OneColdConsumerOfTwo_IsNamed_SinceItMayGetTheFeatures()
    {
        Up("size", "a", Wanted);
        Up("size", "b", Other);
        Up("shape", "a", Wanted);

        Assert.Equal($"task size: consumer b has no warm head for {Wanted.ShortForm}", Assert.Single(Missing()));
    }

    [Fact]
    public void ConsumerThatIsDown_DoesNotCount()
    {
        Up("size", "a", Wanted);
        Up("shape", "a", Wanted);
        _heads.Take("size", "b", new HeadConsumerStatus { Online = false });

        Assert.Empty(Missing());

        _heads.Take("shape", "a", new HeadConsumerStatus { Online = false });
        Assert.Equal("task shape: no head consumer is up", Assert.Single(Missing()));
    }

    [Fact]
    public void ConsumerOfATask_ThatTheBundleDoesNotKnow_IsNamed()
    {
        Up("size", "a", Wanted);
        Up("shape", "a", Wanted);
        Up("hue", "a", Other);

        Assert.Contains("task hue: consumer a", Assert.Single(Missing()), StringComparison.Ordinal);
    }

    [Fact]
    public void SilentConsumer_IsNamed_UnlessItIsSaidToBeGone()
    {
        Up("shape", "a", Wanted);
        _heads.Take("size", "a", Status(Now - TimeSpan.FromMinutes(3), Wanted));

        Assert.Contains("consumer a was last heard 180 s ago", Assert.Single(Missing()), StringComparison.Ordinal);
        Assert.Equal("task size: no head consumer is up", Assert.Single(Missing("size/a")));
        Up("size", "b", Wanted);
        Assert.Empty(Missing("size/a"));
    }

    [Fact]
    public void ConsumerWhoseStatusWasCleared_IsNoMore()
    {
        Up("size", "a", Wanted);
        Up("shape", "a", Wanted);
        Up("size", "b", Other);
        _heads.Take("size", "b", null);

        Assert.Empty(Missing());
    }

    private static HeadConsumerStatus Status(DateTimeOffset at, params ContractId[] contracts) => new()
    {
        Online = true,
        At = (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
        Heads = [.. contracts.Select(contract => new WarmHead(contract.ToString(), "h1-0"))],
    };

    private void Up(string task, string consumer, params ContractId[] contracts) => _heads.Take(task, consumer, Status(Now, contracts));

    private IReadOnlyList<string> Missing(params string[] without) => _heads.Missing(Wanted, Tasks, without.ToHashSet(StringComparer.Ordinal), Now);
}
