using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.EdgeRuntime.Planning;
using MtlSplit.IoT.EdgeRuntime.Running;
using MtlSplit.IoT.EdgeRuntime.Running.Processes;
using MtlSplit.IoT.HubProtocol.Deployments;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Running;

public sealed class ProcessRunnerTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("er-run-");
    private readonly List<ProcessRunner> _runners = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var runner in _runners)
        {
            foreach (var module in await runner.ObserveAsync(CancellationToken.None))
            {
                await runner.StopAsync(module.Spec.ModuleId, CancellationToken.None);
            }

            await runner.DisposeAsync();
        }

        _folder.Delete(recursive: true);
        File.Delete($"{_folder.FullName}.json");
    }

    [Fact]
    public async Task Module_Started_RunsWithItsEnvironmentAndNothingOfTheRuntimes()
    {
        var runner = await OpenAsync();
        Environment.SetEnvironmentVariable("MTLSPLIT_SECRET", "key");
        await runner.CreateAsync(Launch("m", "echo $MOOD $MTLSPLIT_SECRET end"), CancellationToken.None);
        await runner.StartAsync("m", CancellationToken.None);

        await Expect.UntilAsync(() => State(runner, "m") == ModuleRunState.Exited, "it ended");

        Assert.Equal("good end\n", await runner.ReadLogAsync("m", null, CancellationToken.None));
        Assert.Equal(0, (await runner.ObserveAsync(CancellationToken.None))[0].ExitCode);
    }

    [Fact]
    public async Task Module_ThatFails_IsSeenWithItsExitCode()
    {
        var runner = await OpenAsync();
        await runner.CreateAsync(Launch("m", "exit 3"), CancellationToken.None);
        await runner.StartAsync("m", CancellationToken.None);

        await Expect.UntilAsync(() => State(runner, "m") == ModuleRunState.Exited, "it ended");

        Assert.Equal(3, (await runner.ObserveAsync(CancellationToken.None))[0].ExitCode);
    }

    [Fact]
    public async Task Module_ThatIgnoresSigterm_IsKilled()
    {
        var runner = await OpenAsync();
        await runner.CreateAsync(Launch("m", "trap '' TERM; echo ready; while :; do sleep 0.1; done"), CancellationToken.None);
        await runner.StartAsync("m", CancellationToken.None);
        await Expect.UntilAsync(() => runner.ReadLogAsync("m", null, CancellationToken.None).GetAwaiter().GetResult().Length > 0, "it traps the signal");
        var process = ProcessStat.Of(runner.ProcessOf("m")!.Value)!.Value;

        await runner.StopAsync("m", CancellationToken.None);

        Assert.False(Signals.IsAlive(process));
        Assert.Equal(ModuleRunState.Stopped, State(runner, "m"));
    }

    [Fact]
    public async Task Module_OfARunnerThatIsGone_IsTakenOnAndItsEndIsSeen()
    {
        var first = await OpenAsync();
        await first.CreateAsync(Launch("m", "exec sleep 1000"), CancellationToken.None);
        await first.StartAsync("m", CancellationToken.None);
        var process = ProcessStat.Of(first.ProcessOf("m")!.Value)!.Value;
        // Before that the next runner prevents the launch instead.
        var file = Path.Combine(_folder.FullName, "m", "launch-1.pid");
        await Expect.UntilAsync(() => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'), "the process said who it is");
        await ForgetAsync(first);

        var second = await OpenAsync();

        Assert.Equal(ModuleRunState.Running, State(second, "m"));
        Assert.Equal(process.Id, second.ProcessOf("m"));
        Signals.End(process);
        await Expect.UntilAsync(() => State(second, "m") == ModuleRunState.Exited, "its end is seen");
        Assert.Null((await second.ObserveAsync(CancellationToken.None))[0].ExitCode);
    }

    [Fact]
    public async Task Process_OfTheSameNumberThatStartedAtAnotherTime_IsLeftAlone()
    {
        var first = await OpenAsync();
        await first.CreateAsync(Launch("m", "exec sleep 1000"), CancellationToken.None);
        await first.StartAsync("m", CancellationToken.None);
        var process = ProcessStat.Of(first.ProcessOf("m")!.Value)!.Value;
        var file = Path.Combine(_folder.FullName, "m", "launch-1.pid");
        await Expect.UntilAsync(() => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'), "the process said who it is");
        await ForgetAsync(first);
        // As if the number had been given again.
        var line = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, line.Replace($" {process.Started} ", $" {process.Started - 1} ", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var second = await OpenAsync();
        await second.StopAsync("m", CancellationToken.None);

        Assert.True(Signals.IsAlive(process));
        Signals.End(process);
    }

    [Fact]
    public async Task Launch_ThatIsNotWantedAnyMore_NeverRuns()
    {
        var file = Path.Combine(_folder.FullName, "launch");
        Assert.Null(await Launcher.FindOrPreventAsync(file, TimeProvider.System, CancellationToken.None));

        using var process = Launcher.Start(file, Path.Combine(_folder.FullName, "log"), _folder.FullName, new ImageProgram("/bin/sleep", ["1000"]), [], new Dictionary<string, string>());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Launcher.NotWanted, process.ExitCode);
        Assert.Null(await Launcher.FindOrPreventAsync(file, TimeProvider.System, CancellationToken.None));
    }

    [Fact]
    public void Log_ThatIsTooLong_IsRotatedAndTheOldestGoes()
    {
        var file = Path.Combine(_folder.FullName, "module.log");
        for (var i = 0; i < 4; i++)
        {
            File.AppendAllText(file, new string((char)('a' + i), 200));
            ModuleLog.Rotate(file, 100, 2);
        }

        Assert.Equal(0, new FileInfo(file).Length);
        Assert.StartsWith("d", File.ReadAllText($"{file}.1"), StringComparison.Ordinal);
        Assert.StartsWith("c", File.ReadAllText($"{file}.2"), StringComparison.Ordinal);
        Assert.False(File.Exists($"{file}.3"));
    }

    [Fact]
    public async Task Tail_OfALog_IsItsLastLines()
    {
        var file = Path.Combine(_folder.FullName, "module.log");
        await File.WriteAllTextAsync(file, "a\nb\nc\n", TestContext.Current.CancellationToken);

        Assert.Equal("b\nc\n", await ModuleLog.TailAsync(file, 2, CancellationToken.None));
        Assert.Equal("a\nb\nc\n", await ModuleLog.TailAsync(file, 9, CancellationToken.None));
        Assert.Equal("", await ModuleLog.TailAsync(file, 0, CancellationToken.None));
    }

    [Theory]
    [InlineData("7 (a) b) S 3 7 7 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 12345 1 1", 7, 3, 12345, false)]
    [InlineData("8 (sleep) Z 1 7 7 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 99 1 1", 8, 1, 99, true)]
    public void Stat_WithAnyName_IsRead(string line, int id, int parent, long started, bool ended)
    {
        Assert.True(ProcessStat.TryParse(line, out var stat));
        Assert.Equal(new ProcessStat(id, parent, started, ended), stat);
    }

    private static ModuleRunState State(ProcessRunner runner, string module) =>
        runner.ObserveAsync(CancellationToken.None).GetAwaiter().GetResult().Single(seen => seen.Spec.ModuleId == module).State;

    private static ModuleLaunch Launch(string name, string script) => new(
        new ModuleSpec { Name = name, Settings = new ModuleSettings("test/shell:1", new JsonObject { ["Cmd"] = new JsonArray("-c", script) }.ToJsonString()) },
        "here",
        new Dictionary<string, string> { ["MOOD"] = "good" });

    private async Task ForgetAsync(ProcessRunner runner)
    {
        _runners.Remove(runner);
        await runner.DisposeAsync();
    }

    private async Task<ProcessRunner> OpenAsync()
    {
        var map = $"{_folder.FullName}.json";
        await File.WriteAllTextAsync(map, """{"images":{"test/shell":{"executable":"/bin/sh"}}}""");
        var runner = new ProcessRunner(_folder.FullName, new ImageMap(map), new ProcessRunnerOptions { StopGrace = TimeSpan.FromSeconds(1) }, TimeProvider.System, NullLogger.Instance);
        _runners.Add(runner);
        await runner.RecoverAsync(CancellationToken.None);
        return runner;
    }
}
