using Xunit;

namespace MtlSplit.IoT.HubFidelity.Tests.Cases;

/// <summary>The same, where the packages look for a hub of Azure's: they get a connection string and an authority to trust, and nothing else.</summary>
public sealed class StandardPortsTests(StandardPortsRun run) : IClassFixture<StandardPortsRun>
{
    public static TheoryData<string> Cases => NodeTests.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case_WithUnchangedPackages_EndsAsItSays(string name)
    {
        var fault = await run.OutcomeAsync(name);

        Assert.True(fault is null, fault);
    }
}
