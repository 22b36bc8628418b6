using MtlSplit.IoT.Cli.Demo;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Demo;

public sealed class RetrainOutcomeTests : IDisposable
{
    private readonly string _log = Path.GetTempFileName();

    public void Dispose() => File.Delete(_log);

    [Fact]
    public void Read_PublishedReportAmongLinesOfProgress_GivesTheVersion()
    {
        var outcome = Read(
            """
            reading samples
            {
              "decision": "Accepted",
            epoch 3 of 20
              "published": "h2-0123456789ab",
              "reason": "better by 12 points",
              "runs": {
                "running": 0.5
              },
              "trainingSamples": 812
            }
            done
            """,
            exit: 0);

        Assert.Equal(new RetrainOutcome("h2-0123456789ab", "better by 12 points", 812), outcome);
    }

    [Fact]
    public void Read_RefusalWithoutAVersion_GivesTheReason() =>
        Assert.Equal(
            new RetrainOutcome(null, "worse by 3 points", 40),
            Read("{\n  \"reason\": \"worse by 3 points\",\n  \"trainingSamples\": 40\n}\n", exit: 3));

    [Theory]
    [InlineData("error: there are 12 labels, 200 are needed\n", "exit code 1: error: there are 12 labels, 200 are needed")]
    [InlineData("", "exit code 1: it said nothing")]
    [InlineData("{\n  \"reason\": \"cut o", "exit code 1:   \"reason\": \"cut o")]
    [InlineData("}\n{\n", "exit code 1: {")]
    [InlineData("{\n  not json\n}\n", "exit code 1: its report does not read")]
    [InlineData("{\n  \"published\": \"h2\"\n}\n", "exit code 1: its report does not read")]
    public void Read_NoWholeReport_GivesExitCodeAndWhatWasSaid(string log, string reason)
    {
        var outcome = Read(log, exit: 1);

        Assert.Null(outcome.Published);
        Assert.StartsWith(reason, outcome.Reason, StringComparison.Ordinal);
    }

    private RetrainOutcome Read(string log, int exit)
    {
        File.WriteAllText(_log, log);
        return RetrainOutcome.Read(_log, exit);
    }
}
