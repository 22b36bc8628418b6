using Xunit;

namespace MtlSplit.IoT.HubFidelity.Tests.Cases;

/// <summary>Microsoft's packages as a service and as devices and modules of our hub.</summary>
public sealed class NodeTests(FreePortsRun run) : IClassFixture<FreePortsRun>
{
    public static TheoryData<string> Cases => [.. CaseFiles.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case_EndsAsItSays(string name)
    {
        var fault = await run.OutcomeAsync(name);

        Assert.True(fault is null, fault);
    }

    [Fact]
    public void Cases_AreManyAndEachHasItsOwnName()
    {
        Assert.True(CaseFiles.All.Count >= 60, $"There are {CaseFiles.All.Count} cases.");
        Assert.True(CaseFiles.All.Count(one => one.Refuses) >= 25, $"There are {CaseFiles.All.Count(one => one.Refuses)} cases in which the hub refuses something.");
        Assert.Equal(CaseFiles.All.Count, CaseFiles.All.DistinctBy(one => one.Name).Count());
    }
}
