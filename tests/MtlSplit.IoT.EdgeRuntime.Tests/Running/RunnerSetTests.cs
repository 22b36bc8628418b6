using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.EdgeRuntime.Running;
using MtlSplit.IoT.EdgeRuntime.Running.Processes;
using MtlSplit.IoT.HubProtocol.Deployments;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Running;

/// <summary>Whose a process is, with two modules that this process has started.</summary>
public sealed class RunnerSetTests : IHubSwitch, IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("er-set-");
    private readonly ProcessRunner _processes;

    public RunnerSetTests()
    {
        var images = Path.Combine(_folder.FullName, "modules.json");
        File.WriteAllText(images, """{"images":{"test/sleeper":{"executable":"/bin/sleep","arguments":["100000"]}}}""");
        _processes = new ProcessRunner(
            Path.Combine(_folder.FullName, "modules"), new ImageMap(images), new ProcessRunnerOptions { StopGrace = TimeSpan.FromSeconds(5) }, TimeProvider.System, NullLogger.Instance);
    }

    Task IHubSwitch.StartAsync(CancellationToken ct) => Task.CompletedTask;

    Task IHubSwitch.StopAsync() => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var module in await _processes.ObserveAsync(CancellationToken.None))
        {
            await _processes.StopAsync(module.Spec.ModuleId, CancellationToken.None);
        }

        await _processes.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Process_OfAModule_IsNoOtherModules()
    {
        var runners = new RunnerSet([new HubRunner(this, TimeProvider.System), _processes]);
        var (m, n) = (await RunAsync("m"), await RunAsync("n"));

        Assert.True(runners.Owns("m", m));
        Assert.True(runners.Owns("n", n));
        Assert.False(runners.Owns("n", m));
        Assert.False(runners.Owns("nobody", m));
        Assert.False(runners.Owns("$edgeHub", m));
        Assert.False(runners.Owns("m", Environment.ProcessId));
        Assert.True(runners.Owns("$edgeHub", Environment.ProcessId));
    }

    private async Task<int> RunAsync(string module)
    {
        await _processes.CreateAsync(
            new ModuleLaunch(new ModuleSpec { Name = module, Settings = new ModuleSettings("test/sleeper", "{}") }, "here", new Dictionary<string, string>()), CancellationToken.None);
        await _processes.StartAsync(module, CancellationToken.None);
        return _processes.ProcessOf(module)!.Value;
    }
}
