using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.EdgeRuntime.Planning;
using MtlSplit.IoT.EdgeRuntime.Running;
using MtlSplit.IoT.EdgeRuntime.Running.Containers;
using MtlSplit.IoT.HubProtocol.Deployments;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Running;

/// <summary>What is asked of a container engine, and how its answers are read.</summary>
public sealed class ContainerRunnerTests : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("er-con-");
    private readonly ScriptedEngine _engine;

    public ContainerRunnerTests() => _engine = new ScriptedEngine(Path.Combine(_folder.FullName, "engine.sock"));

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Module_LivesAsAContainer_AlsoForTheNextRunner()
    {
        using (var runner = Open())
        {
            Assert.Empty(await runner.ObserveAsync(CancellationToken.None));
            await runner.CreateAsync(Launch("m"), CancellationToken.None);
            Assert.Equal(ModuleRunState.Stopped, (await See(runner)).State);
            await runner.StartAsync("m", CancellationToken.None);
        }

        using var next = Open();
        var seen = await See(next);
        Assert.Equal((ModuleRunState.Running, "here", 4711), (seen.State, seen.Surroundings, next.ProcessOf("m")));
        Assert.Equal(Launch("m").Spec, seen.Spec);
        var config = _engine.Containers["d-m"]["Config"]!;
        Assert.Equal("test/image:1", config["Image"]!.GetValue<string>());
        Assert.Contains("MOOD=good", config["Env"]!.AsArray().Select(variable => variable!.GetValue<string>()));
        Assert.Equal("/run/w.sock:/run/w.sock", config["HostConfig"]!["Binds"]![0]!.GetValue<string>());
        Assert.Equal("256", config["HostConfig"]!["Memory"]!.ToString());

        _engine.Exit("d-m", 3);
        seen = await See(next);
        Assert.Equal((ModuleRunState.Exited, 3), (seen.State, seen.ExitCode));
        await next.StartAsync("m", CancellationToken.None);
        await next.StopAsync("m", CancellationToken.None);
        Assert.Equal(ModuleRunState.Stopped, (await See(next)).State);
        await next.UpdateAsync(Launch("m").Spec with { RestartPolicy = RestartPolicy.Never }, CancellationToken.None);
        Assert.Equal(RestartPolicy.Never, (await See(next)).Spec.RestartPolicy);
        await next.RemoveAsync("m", CancellationToken.None);
        Assert.Empty(await next.ObserveAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Image_ThatIsNeitherHereNorToBeHad_IsNamed()
    {
        using var runner = Open();
        _engine.Images.Clear();
        await Assert.ThrowsAsync<RunnerException>(() => runner.CreateAsync(Launch("m"), CancellationToken.None));
        Assert.Empty(await runner.ObserveAsync(CancellationToken.None));

        var fault = await Assert.ThrowsAsync<RunnerException>(() => runner.CreateAsync(Launch("m"), CancellationToken.None));
        Assert.Contains("there is no registry", fault.Message, StringComparison.Ordinal);
        fault = await Assert.ThrowsAsync<RunnerException>(() => runner.CreateAsync(Launch("m", ImagePullPolicy.Never), CancellationToken.None));
        Assert.Contains("test/image:1", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Engine_ThatIsNotThere_TakesNothing()
    {
        using var runner = new ContainerRunner("/nowhere", "d", new EdgeFolder(_folder.FullName), TimeSpan.FromSeconds(1), NullLogger.Instance);

        Assert.False(runner.Takes(Launch("m").Spec));
        Assert.Empty(await runner.ObserveAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Engine_ThatAnswersNoMore_HasNotLostItsContainers()
    {
        using var runner = Open();
        await runner.ObserveAsync(CancellationToken.None);
        await runner.CreateAsync(Launch("m"), CancellationToken.None);
        await runner.StartAsync("m", CancellationToken.None);

        _engine.Broken = true;

        Assert.Equal(ModuleRunState.Running, (await See(runner)).State);
    }

    [Fact]
    public void Log_InFrames_IsJoined()
    {
        byte[] frames = [1, 0, 0, 0, 0, 0, 0, 2, .. "a\n"u8, 2, 0, 0, 0, 0, 0, 0, 3, .. "bc\n"u8];

        Assert.Equal("a\nbc\n", LogFrames.Join(frames));
        Assert.Equal("plain text", LogFrames.Join("plain text"u8));
    }

    private static ModuleLaunch Launch(string name, ImagePullPolicy pull = ImagePullPolicy.OnCreate) => new(
        new ModuleSpec { Name = name, ImagePullPolicy = pull, Settings = new ModuleSettings("test/image:1", """{"HostConfig":{"Memory":256}}""") },
        "here",
        new Dictionary<string, string> { ["MOOD"] = "good", ["IOTEDGE_WORKLOADURI"] = "unix:///run/w.sock" });

    private static async Task<ModuleSighting> See(ContainerRunner runner) => Assert.Single(await runner.ObserveAsync(CancellationToken.None));

    private ContainerRunner Open() => new(Path.Combine(_folder.FullName, "engine.sock"), "d", new EdgeFolder(_folder.FullName), TimeSpan.FromSeconds(1), NullLogger.Instance);
}
