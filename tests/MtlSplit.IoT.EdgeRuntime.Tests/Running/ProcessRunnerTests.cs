using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.EdgeRuntime.Agent;
using MtlSplit.IoT.EdgeRuntime.Files;
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
    private readonly LogLines _log = new();

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
        await LaunchFileAsync("m");
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
        var file = await LaunchFileAsync("m");
        await ForgetAsync(first);
        // As if the number had been given again.
        var line = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, line.Replace($" {process.Started} ", $" {process.Started - 1} ", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var second = await OpenAsync();
        await second.StopAsync("m", CancellationToken.None);

        Assert.True(Signals.IsAlive(process));
        Signals.End(process);
    }

    [Theory]
    [InlineData("cut short", "It is there in half.")]
    [InlineData("empty", "")]
    [InlineData("gone", "It is not there.")]
    [InlineData("another module's", "module other")]
    public async Task Module_WhoseRecordIsDamaged_IsEndedAndReportedByNameAndTheOthersAreTakenOn(string damage, string reason)
    {
        var first = await OpenAsync();
        var (lost, kept) = (await RunAsync(first, "lost.m"), await RunAsync(first, "kept"));
        await ForgetAsync(first);
        var record = Path.Combine(_folder.FullName, "lost~002em", "module.json");
        var content = await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken);
        switch (damage)
        {
            case "cut short":
                await File.WriteAllTextAsync(record, content[..(content.Length / 2)], TestContext.Current.CancellationToken);
                break;
            case "empty":
                await File.WriteAllTextAsync(record, "", TestContext.Current.CancellationToken);
                break;
            case "gone":
                File.Delete(record);
                break;
            default:
                await File.WriteAllTextAsync(record, content.Replace("lost.m", "other", StringComparison.Ordinal), TestContext.Current.CancellationToken);
                break;
        }

        var second = await OpenAsync();

        Assert.False(Signals.IsAlive(lost));
        Assert.Equal(kept.Id, second.ProcessOf("kept"));
        Assert.Equal(["kept"], (await second.ObserveAsync(CancellationToken.None)).Select(module => module.Spec.ModuleId));
        Assert.Equal(["kept"], Directory.GetDirectories(_folder.FullName).Select(Path.GetFileName));
        Assert.Contains(_log.All, line => line.StartsWith("Error: Module lost.m:", StringComparison.Ordinal) && line.Contains(record, StringComparison.Ordinal)
            && (damage == "cut short" || line.Contains(reason, StringComparison.Ordinal)));

        await second.CreateAsync(Launch("lost.m", "exec sleep 1000"), CancellationToken.None);
        await second.StartAsync("lost.m", CancellationToken.None);
        Assert.Contains($"process {lost.Id} was ended", (await second.ObserveAsync(CancellationToken.None)).Single(module => module.Spec.ModuleId == "lost.m").Remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("number", "1")]
    [InlineData("exited", "\"2026-01-01T00:00:00.0000000+00:00\"")]
    public async Task Module_WhoseRecordMissesItsProcess_IsNotLeftRunningTwice(string field, string value)
    {
        var first = await OpenAsync();
        var process = await RunAsync(first, "m");
        await ForgetAsync(first);
        var record = Path.Combine(_folder.FullName, "m", "module.json");
        var content = JsonNode.Parse(await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken))!;
        content[field] = JsonNode.Parse(value);
        await File.WriteAllTextAsync(record, content.ToJsonString(), TestContext.Current.CancellationToken);

        var second = await OpenAsync();

        Assert.False(Signals.IsAlive(process));
        Assert.Equal(ModuleRunState.Exited, State(second, "m"));
        Assert.Contains(_log.All, line => line.Contains($"Module m: process {process.Id} of ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Recovery_ThatWasBrokenOff_IsFinishedByTheNext()
    {
        var first = await OpenAsync();
        var process = await RunAsync(first, "m");
        await ForgetAsync(first);
        Directory.Move(Path.Combine(_folder.FullName, "m"), Path.Combine(_folder.FullName, "m.1700000000000.damaged"));

        var second = await OpenAsync();

        Assert.False(Signals.IsAlive(process));
        Assert.Empty(await second.ObserveAsync(CancellationToken.None));
        Assert.Empty(Directory.GetDirectories(_folder.FullName));
    }

    [Fact]
    public async Task Process_OfAnotherBootOfTheMachine_IsLeftAlone()
    {
        var first = await OpenAsync();
        var process = await RunAsync(first, "m");
        await ForgetAsync(first);
        var file = await LaunchFileAsync("m");
        var line = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).TrimEnd();
        await File.WriteAllTextAsync(file, $"{line[..line.LastIndexOf(' ')]} 00000000-0000-0000-0000-000000000000\n", TestContext.Current.CancellationToken);

        var second = await OpenAsync();

        Assert.Equal(ModuleRunState.Exited, State(second, "m"));
        Assert.True(Signals.IsAlive(process));
        Signals.End(process);
    }

    [Fact]
    public async Task Launch_IntoAFolderThatWasSetAside_NeverRuns()
    {
        var ran = Path.Combine(_folder.FullName, "ran");

        using var process = Launcher.Start(
            Path.Combine(_folder.FullName, "m", "launch-1.pid"), Path.Combine(_folder.FullName, "log"), _folder.FullName, new ImageProgram("/usr/bin/touch", [ran]), [], new Dictionary<string, string>());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Launcher.NotWanted, process.ExitCode);
        Assert.False(File.Exists(ran));
    }

    [Fact]
    public async Task RestartModule_OfAProcessThatWillNotEnd_Is500AndNamesItAndANewCallRestartsIt()
    {
        var first = await OpenAsync();
        var process = await RunAsync(first, "m", "trap '' TERM; echo ready; while :; do sleep 0.1; done");
        await Expect.UntilAsync(() => first.ReadLogAsync("m", null, CancellationToken.None).GetAwaiter().GetResult().Length > 0, "it traps the signal");
        await ForgetAsync(first);
        // The next runner waits no time at all for what it ends, and does not see a stranger's end before its clock moves.
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var second = await OpenAsync(new ProcessRunnerOptions { StopGrace = TimeSpan.Zero, KillGrace = TimeSpan.Zero }, time);
        var runners = new RunnerSet([second]);
        var methods = new AgentMethods(runners, runners.RestartAsync, _log);

        var failed = await methods.AnswerAsync(new MethodCall("RestartModule", new JsonObject { ["schemaVersion"] = "1.0", ["id"] = "m" }), CancellationToken.None);

        Assert.Equal(500, failed.Status);
        Assert.Contains($"Module m: process {process.Id} did not end", failed.Payload!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        await Expect.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return State(second, "m") != ModuleRunState.Running;
            },
            "its end is seen after all");
        await second.StartAsync("m", CancellationToken.None);
        Assert.Equal(ModuleRunState.Running, State(second, "m"));
        // A runner with patience cleans up.
        await LaunchFileAsync("m");
        await ForgetAsync(second);
        await OpenAsync();
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

    private async Task<ProcessStat> RunAsync(ProcessRunner runner, string module, string script = "exec sleep 1000")
    {
        await runner.CreateAsync(Launch(module, script), CancellationToken.None);
        await runner.StartAsync(module, CancellationToken.None);
        await LaunchFileAsync(module);
        return ProcessStat.Of(runner.ProcessOf(module)!.Value)!.Value;
    }

    private async Task<string> LaunchFileAsync(string module)
    {
        var folder = Path.Combine(_folder.FullName, EdgeFolder.NameOf(module));
        await Expect.UntilAsync(() => Directory.GetFiles(folder, "launch-*.pid") is [var file] && File.ReadAllText(file).EndsWith('\n'), "the process said who it is");
        return Directory.GetFiles(folder, "launch-*.pid").Single();
    }

    private async Task ForgetAsync(ProcessRunner runner)
    {
        _runners.Remove(runner);
        await runner.DisposeAsync();
    }

    private async Task<ProcessRunner> OpenAsync(ProcessRunnerOptions? options = null, TimeProvider? time = null)
    {
        var map = $"{_folder.FullName}.json";
        await File.WriteAllTextAsync(map, """{"images":{"test/shell":{"executable":"/bin/sh"}}}""");
        var runner = new ProcessRunner(_folder.FullName, new ImageMap(map), options ?? new ProcessRunnerOptions { StopGrace = TimeSpan.FromSeconds(1) }, time ?? TimeProvider.System, _log);
        _runners.Add(runner);
        await runner.RecoverAsync(CancellationToken.None);
        return runner;
    }
}
