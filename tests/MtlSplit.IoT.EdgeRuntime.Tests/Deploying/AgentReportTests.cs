using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.EdgeRuntime.Deploying;
using MtlSplit.IoT.EdgeRuntime.Planning;
using MtlSplit.IoT.EdgeRuntime.Reporting;
using MtlSplit.IoT.EdgeRuntime.Running;
using MtlSplit.IoT.HubProtocol.Deployments;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Deploying;

public sealed class AgentReportTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("er-rep-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("running", "Running", "Always", null)]
    [InlineData("stopped", "Stopped", "Always", 143)]
    [InlineData("backoff", "Exited", "Always", 0)]
    [InlineData("backoff", "Exited", "OnFailure", 1)]
    [InlineData("backoff", "Exited", "OnFailure", null)]
    [InlineData("stopped", "Exited", "OnFailure", 0)]
    [InlineData("failed", "Exited", "Never", 1)]
    [InlineData("stopped", "Exited", "Never", 137)]
    public void Status_IsTheRealAgentsWord(string word, string state, string policy, int? exitCode) =>
        Assert.Equal(word, AgentReport.WordOf(Module(Enum.Parse<ModuleRunState>(state), Enum.Parse<RestartPolicy>(policy), exitCode)));

    [Fact]
    public void Leaving_MakesEverythingUnknown()
    {
        var history = new ModuleHistory(Path.Combine(_folder.FullName, "h"), RestartRules.FirstPause);
        var report = AgentReport.Make(new Deployment(3, 200, "", null), null, [Module(ModuleRunState.Running, RestartPolicy.Always, null)], history, _time.GetUtcNow(), _time.GetUtcNow());

        var leaving = AgentReport.Leaving(report);

        Assert.Equal(200, report["lastDesiredStatus"]!["code"]!.GetValue<int>());
        Assert.Equal("running", report["modules"]!["m"]!["runtimeStatus"]!.GetValue<string>());
        Assert.Equal(406, leaving["lastDesiredStatus"]!["code"]!.GetValue<int>());
        Assert.Equal("unknown", leaving["modules"]!["m"]!["runtimeStatus"]!.GetValue<string>());
    }

    [Fact]
    public void Restarts_DoubleThePauseUntilTheModuleIsHealthy_AlsoOverARestartOfTheRuntime()
    {
        var file = Path.Combine(_folder.FullName, "h");
        var history = new ModuleHistory(file, RestartRules.FirstPause);
        var pauses = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            var ended = Module(ModuleRunState.Exited, RestartPolicy.Always, 1);
            pauses.Add((history.DueOf(ended, _time.GetUtcNow()) - _time.GetUtcNow()).TotalSeconds);
            history.Restarted(ended, _time.GetUtcNow());
            history = new ModuleHistory(file, RestartRules.FirstPause);
        }

        Assert.Equal([10, 20, 40, 80, 160, 300, 300], pauses);
        var healthy = Module(ModuleRunState.Running, RestartPolicy.Always, null);
        Assert.Equal(7, history.Of(healthy, _time.GetUtcNow()).Restarts);
        Assert.Equal(0, history.Of(healthy, _time.GetUtcNow() + RestartRules.HealthyPeriod).Restarts);
    }

    private ModuleSighting Module(ModuleRunState state, RestartPolicy policy, int? exitCode) => new(
        new ModuleSpec { Name = "m", Settings = new ModuleSettings("i"), RestartPolicy = policy }, "", state, exitCode, _time.GetUtcNow(), state == ModuleRunState.Running ? null : _time.GetUtcNow());
}
