using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.EdgeRuntime.Planning;
using MtlSplit.IoT.EdgeRuntime.Running;
using MtlSplit.IoT.EdgeRuntime.Running.Containers;
using MtlSplit.IoT.HubProtocol.Deployments;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Running;

/// <summary>What is asked of a container engine, and how its answers are read.</summary>
public sealed class ContainerRunnerTests : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("er-con-");
    private readonly ScriptedEngine _engine;

    public ContainerRunnerTests()
    {
        _engine = new ScriptedEngine(Socket);
        Directory.CreateDirectory(Workload);
    }

    private string Socket => Path.Combine(_folder.FullName, "engine.sock");

    private string Workload => Path.Combine(_folder.FullName, "run");

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
        Assert.Equal((ModuleRunState.Running, "here"), (seen.State, seen.Surroundings));
        Assert.Equal(Launch("m").Spec, seen.Spec);
        var config = _engine.Containers["d-m"]["Config"]!;
        Assert.Equal("test/image:1", config["Image"]!.GetValue<string>());
        Assert.Contains("MOOD=good", config["Env"]!.AsArray().Select(variable => variable!.GetValue<string>()));
        Assert.Equal($"{Workload}:{Workload}:ro", config["HostConfig"]!["Binds"]![0]!.GetValue<string>());
        Assert.Equal("256", config["HostConfig"]!["Memory"]!.ToString());
        Assert.Equal("""{"Type":"json-file","Config":{"max-size":"4194304","max-file":"4"}}""", config["HostConfig"]!["LogConfig"]!.ToJsonString());

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
    public async Task Engine_ThatIsNotThere_IsAnErrorOnlyWhereAContainerIsWanted()
    {
        using var runner = Open("/nowhere");

        Assert.Empty(await runner.ObserveAsync(CancellationToken.None));
        Assert.True(runner.Takes(Launch("m").Spec));
        var fault = await Assert.ThrowsAsync<RunnerException>(() => runner.CreateAsync(Launch("m"), CancellationToken.None));

        Assert.Equal("Module m: no executable stands for the image test/image:1, and there is no container engine at /nowhere.", fault.Message);
    }

    [Fact]
    public async Task Engine_WhoseSocketGoes_HasNotLostItsContainers()
    {
        var moved = Path.Combine(_folder.FullName, "moved.sock");
        using var runner = Open();
        await runner.ObserveAsync(CancellationToken.None);
        await runner.CreateAsync(Launch("m"), CancellationToken.None);
        await runner.StartAsync("m", CancellationToken.None);

        File.Move(Socket, moved);

        Assert.Equal(ModuleRunState.Running, (await See(runner)).State);
        // Connections that are still open would answer.
        using var next = Open(limits: new EngineLimits { RetryPause = TimeSpan.FromMilliseconds(1), Break = TimeSpan.FromSeconds(0.5) });
        Assert.Empty(await next.ObserveAsync(CancellationToken.None));
        var fault = await Assert.ThrowsAsync<RunnerException>(() => next.StopAsync("m", CancellationToken.None));
        Assert.Contains(Socket, fault.Message, StringComparison.Ordinal);

        File.Move(moved, Socket);

        await Expect.UntilAsync(() => next.ObserveAsync(CancellationToken.None).GetAwaiter().GetResult().Count == 1, "the engine is seen again");
        Assert.Equal(ModuleRunState.Running, (await See(next)).State);
    }

    [Fact]
    public async Task Engine_ThatHangs_IsAskedAgainThenLeftAlone()
    {
        var time = new FakeTimeProvider();
        var limits = new EngineLimits();
        using var runner = Open(limits: limits, time: time);
        await runner.ObserveAsync(CancellationToken.None);
        await runner.CreateAsync(Launch("m"), CancellationToken.None);
        await See(runner);
        time.Advance(TimeSpan.FromHours(1));
        _engine.Hung = true;
        var asked = _engine.Asked;

        var seeing = See(runner);
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            await Expect.UntilAsync(
                () =>
                {
                    time.Advance(limits.RetryPause / 20);
                    return _engine.Asked == asked + attempt;
                },
                $"attempt {attempt}");
            time.Advance(limits.Question);
        }

        await Expect.UntilAsync(
            () =>
            {
                time.Advance(limits.RetryPause / 20);
                return seeing.IsCompleted;
            },
            "it gives up");
        Assert.Equal(ModuleRunState.Stopped, (await seeing).State);
        Assert.Equal(asked + 2, _engine.Asked);
        var fault = await Assert.ThrowsAsync<RunnerException>(() => runner.StartAsync("m", CancellationToken.None));

        Assert.Contains("left alone for 5 s", fault.Message, StringComparison.Ordinal);
        Assert.Equal(asked + 2, _engine.Asked);
    }

    [Fact]
    public async Task Change_ThatHangs_IsNotAskedAgain()
    {
        using var runner = Open(limits: new EngineLimits { Change = TimeSpan.FromMilliseconds(50) });
        await runner.ObserveAsync(CancellationToken.None);
        await runner.CreateAsync(Launch("m"), CancellationToken.None);
        _engine.Hung = true;
        var asked = _engine.Asked;

        var fault = await Assert.ThrowsAsync<RunnerException>(() => runner.StopAsync("m", CancellationToken.None));

        Assert.Contains("does not answer POST containers/d-m/stop?t=1 within", fault.Message, StringComparison.Ordinal);
        Assert.Equal(asked + 1, _engine.Asked);
    }

    [Fact]
    public async Task Question_ThatFailsOnce_IsAskedAgain()
    {
        using var runner = Open(limits: new EngineLimits { RetryPause = TimeSpan.FromMilliseconds(1) });
        _engine.FailNext = 2;

        Assert.Empty(await runner.ObserveAsync(CancellationToken.None));

        // The version, which failed twice, and the containers.
        Assert.Equal(4, _engine.Asked);
        await runner.CreateAsync(Launch("m"), CancellationToken.None);
    }

    [Theory]
    [InlineData("""{"status":"Pulling"}""", null)]
    [InlineData("""{"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"}""", "manifest unknown")]
    public async Task Fetching_ThatFailsAfterItBegan_Fails(string progress, string? why)
    {
        using var runner = Open();
        await runner.ObserveAsync(CancellationToken.None);
        _engine.Images.Clear();
        _engine.Progress = progress;

        var creating = runner.CreateAsync(Launch("m"), CancellationToken.None);

        if (why is null)
        {
            await creating;
        }
        else
        {
            Assert.Contains(why, (await Assert.ThrowsAsync<RunnerException>(() => creating)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Fetching_WithNothingComing_Ends()
    {
        using var runner = Open(limits: new EngineLimits { FetchSilence = TimeSpan.FromMilliseconds(50) });
        await runner.ObserveAsync(CancellationToken.None);
        _engine.Images.Clear();
        _engine.HangsFetching = true;

        var fault = await Assert.ThrowsAsync<RunnerException>(() => runner.CreateAsync(Launch("m"), CancellationToken.None));

        Assert.Contains("does not answer POST images/create", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_ThatIsNone_IsRefusedByName()
    {
        using var runner = Open();
        await runner.ObserveAsync(CancellationToken.None);

        var fault = await Assert.ThrowsAsync<RunnerException>(() => runner.CreateAsync(Launch("m", image: "test/image?x=1"), CancellationToken.None));

        Assert.StartsWith("Module m: 'test/image?x=1' is no image", fault.Message, StringComparison.Ordinal);
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
    public async Task WorkloadFolder_WithMoreInItThanTheSocket_IsNotGivenAway()
    {
        using var runner = Open();
        await runner.ObserveAsync(CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(Workload, "w.sock"), "", TestContext.Current.CancellationToken);
        await runner.CreateAsync(Launch("m"), CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(Workload, "key"), "secret", TestContext.Current.CancellationToken);

        var fault = await Assert.ThrowsAsync<RunnerException>(() => runner.CreateAsync(Launch("n"), CancellationToken.None));

        Assert.Contains(Path.Combine(Workload, "key"), fault.Message, StringComparison.Ordinal);
        Assert.Equal(["d-m"], _engine.Containers.Keys);
    }

    [Theory]
    [InlineData("1.12", "1.41", "v1.41")]
    [InlineData("1.24", "1.43", "v1.43")]
    [InlineData("1.44", "1.52", "v1.44")]
    [InlineData("1.50", "1.60", "v1.50")]
    [InlineData(null, null, "v1.41")]
    public async Task Version_IsTheNewestThatBothSpeak(string? oldest, string? newest, string spoken)
    {
        using var runner = Open();
        _engine.Speaks = (oldest, newest);

        Assert.Empty(await runner.ObserveAsync(CancellationToken.None));
        await runner.CreateAsync(Launch("m"), CancellationToken.None);

        Assert.Equal([spoken], _engine.Versions);
    }

    [Fact]
    public async Task End_ToldByTheEngine_IsToldOn()
    {
        using var runner = Open(limits: new EngineLimits { Break = TimeSpan.FromMilliseconds(500) });
        var told = 0;
        runner.Changed += () => Interlocked.Increment(ref told);
        await runner.ObserveAsync(CancellationToken.None);
        await runner.CreateAsync(Launch("m"), CancellationToken.None);
        await runner.StartAsync("m", CancellationToken.None);
        using var stop = new CancellationTokenSource();

        var watching = runner.WatchAsync(stop.Token);
        _engine.Exit("d-m", 1);

        await Expect.UntilAsync(() => told > 0, "the end is told");
        await stop.CancelAsync();
        await Expect.WithinAsync(watching, "the watch ends with its token");
    }

    [Fact]
    public async Task End_WhileTheEngineRefusesToTell_IsToldLaterAndComplainedOfOnce()
    {
        var log = new LogLines();
        using var runner = Open(limits: new EngineLimits { Break = TimeSpan.FromMilliseconds(500) }, log: log);
        var told = 0;
        runner.Changed += () => Interlocked.Increment(ref told);
        await runner.ObserveAsync(CancellationToken.None);
        await runner.CreateAsync(Launch("m"), CancellationToken.None);
        await runner.StartAsync("m", CancellationToken.None);
        using var stop = new CancellationTokenSource();
        _engine.FailNext = 2;

        var watching = runner.WatchAsync(stop.Token);
        _engine.Exit("d-m", 1);

        await Expect.UntilAsync(() => told > 0, "the end is told");
        await stop.CancelAsync();
        await Expect.WithinAsync(watching, "the watch ends with its token");
        Assert.Equal(0, _engine.FailNext);
        Assert.Contains("answers 503", Assert.Single(log.All, line => line.Contains("seen late", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Log_InFrames_IsJoined()
    {
        byte[] frames = [1, 0, 0, 0, 0, 0, 0, 2, .. "a\n"u8, 2, 0, 0, 0, 0, 0, 0, 3, .. "bc\n"u8];

        Assert.Equal("a\nbc\n", LogFrames.Join(frames));
        Assert.Equal("plain text", LogFrames.Join("plain text"u8));
    }

    private ModuleLaunch Launch(string name, ImagePullPolicy pull = ImagePullPolicy.OnCreate, string image = "test/image:1") => new(
        new ModuleSpec { Name = name, ImagePullPolicy = pull, Settings = new ModuleSettings(image, """{"HostConfig":{"Memory":256}}""") },
        "here",
        new Dictionary<string, string> { ["MOOD"] = "good", ["IOTEDGE_WORKLOADURI"] = $"unix://{Workload}/w.sock" });

    private static async Task<ModuleSighting> See(ContainerRunner runner) => Assert.Single(await runner.ObserveAsync(CancellationToken.None));

    private ContainerRunner Open(string? socket = null, EngineLimits? limits = null, TimeProvider? time = null, ILogger? log = null) =>
        new(
            new ContainerRunnerOptions { Socket = socket ?? Socket, Device = "d", StopGrace = TimeSpan.FromSeconds(1), Limits = limits ?? new EngineLimits() },
            new EdgeFolder(_folder.FullName),
            time ?? TimeProvider.System,
            log ?? NullLogger.Instance);
}
