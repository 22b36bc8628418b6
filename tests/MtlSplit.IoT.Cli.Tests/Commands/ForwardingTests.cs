using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Commands;

/// <summary>Verbs that another executable carries out: the trainer's, the hub's and the edge runtime's.</summary>
public sealed class ForwardingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Help_IsTheTrainers()
    {
        var (exit, said) = await Mtlsplit.RunAsync("train", "--help");

        Assert.Equal(0, exit);
        Assert.Contains("--task-weights", said, StringComparison.Ordinal);
        Assert.Contains("mtlsplit train [options]", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrainExportAndEvaluate_AsJson_PrintTheirOutcomeAndNothingElse()
    {
        var (run, models) = (Path.Combine(_folder.FullName, "run"), Path.Combine(_folder.FullName, "tiny"));

        var trained = await Mtlsplit.JsonAsync(
            "train", "--out", run, "--network", "tiny-conv", "--images", "60", "--validation", "10", "--test", "256", "--epochs", "1", "--bundle", Path.Combine(models, "1"), "--json");
        var exported = await Mtlsplit.JsonAsync("export", "--run", run, "--out", Path.Combine(models, "2"), "--release", "2", "--test", "256", "--json");

        var report = Path.Combine(_folder.FullName, "report.json");
        var evaluated = await Mtlsplit.JsonAsync("evaluate", "--bundle", Path.Combine(models, "1"), "--images", "64", "--report", report, "--json");

        Assert.Equal(2, Assert.Single(evaluated["conditions"]!.AsArray())!["tasks"]!.AsArray().Count);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken)), evaluated));
        var drift = await Mtlsplit.JsonAsync(
            "drift", "simulate", "--bundle", Path.Combine(models, "1"), "--months", "1", "--scenes", "30", "--check-every", "168", "--trials", "1", "--images", "100", "--drifts", "brightness:0.5", "--json");
        Assert.Equal((4, 16L), (drift["streams"]!.GetValue<int>(), Assert.Single(drift["quiet"]!.AsArray())!["checks"]!.GetValue<long>()));
        // For each task the drift that was named, and that of its classes.
        Assert.Equal(["brightness:0.5", "brightness:0.5"], drift["delays"]!.AsArray().Select(delay => delay!["drift"]!.GetValue<string>()).Take(2));
        var record = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(run, "run.json"), TestContext.Current.CancellationToken))!;
        Assert.True(JsonNode.DeepEquals(record, trained["run"]));
        Assert.True(File.Exists(trained["model"]!.GetValue<string>()));
        foreach (var (made, release) in new[] { (trained["bundle"]!, 1), (exported, 2) })
        {
            Assert.Equal(("tiny", release), (made["name"]!.GetValue<string>(), made["release"]!.GetValue<int>()));
            Assert.Equal(0, made["parity"]!["otherClass"]!.GetValue<int>());
            Assert.Equal(2, made["wholePath"]!["tasks"]!.AsArray().Count);
            Assert.Equal((await Mtlsplit.JsonAsync("bundle", "show", made["folder"]!.GetValue<string>(), "--json"))["contract"]!.GetValue<string>(), made["contract"]!.GetValue<string>());
        }
    }

    [Theory]
    [InlineData(1, "nowhere/run.json is not there", "export", "--run", "nowhere", "--out", "x")]
    [InlineData(2, "--epochs: -1 is not between 1 and 10000", "train", "--out", "x", "--epochs", "-1")]
    [InlineData(2, "--rate: must be positive", "train", "--out", "x", "--rate", "NaN")]
    [InlineData(2, "--rate-factor: must be in (0, 1]", "train", "--out", "x", "--rate-factor", "1e300")]
    [InlineData(2, "--weight-decay: must not be negative", "train", "--out", "x", "--weight-decay", "-1")]
    [InlineData(2, "--task-weights: weights must be finite", "train", "--out", "x", "--task-weights", "1,-1")]
    [InlineData(2, "--temperature: uncertainty weighting needs one", "train", "--out", "x", "--weighting", "uncertainty")]
    [InlineData(2, "--temperature: goes with uncertainty weighting only", "train", "--out", "x", "--temperature", "5")]
    [InlineData(2, "--task-weights: uncertainty weighting finds its weights itself", "train", "--out", "x", "--weighting", "uncertainty", "--temperature", "5", "--task-weights", "1,2")]
    [InlineData(1, "nowhere", "train", "--out", "x", "--compatible-with", "nowhere")]
    [InlineData(2, "--tolerance: 'x' is not a number", "retrain", "heads", "--task", "t", "--data", "d", "--tolerance", "x")]
    [InlineData(2, "--mqtt-port: 'x' is not a port", "hub", "--mqtt-port", "x")]
    [InlineData(2, "--hub-mqtt-port: 'x' is not a port", "edge", "--hub-mqtt-port", "x")]
    [InlineData(2, "--max-age: 'NaNd' is not a time", "retrain", "heads", "--task", "t", "--data", "d", "--max-age", "NaNd")]
    [InlineData(2, "--drifts: 'foo:1' is unknown", "drift", "simulate", "--bundle", "b", "--drifts", "foo:1")]
    [InlineData(2, "--budget: 0 is not above 0", "drift", "simulate", "--bundle", "b", "--budget", "0")]
    [InlineData(2, "a scene lasts 0 to 3600 seconds", "drift", "simulate", "--bundle", "b", "--scenes", "-1")]
    [InlineData(1, "there is no sample store", "retrain", "heads", "--task", "t", "--data", "/nowhere")]
    public async Task ExitCodeAndComplaint_PassThrough(int code, string complaint, params string[] args)
    {
        var (exit, said) = await Mtlsplit.RunAsync(args);

        Assert.Equal(code, exit);
        Assert.Contains(complaint, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SIGTERM to the outer one alone, as a service manager sends it")]
    [InlineData("SIGINT to both, as a terminal sends it")]
    public async Task AStop_EndsTheInnerProcessTooAndLeavesACheckpoint(string signal)
    {
        var run = Path.Combine(_folder.FullName, "run");
        await using var outer = Mtlsplit.Start(
            new Dictionary<string, string> { ["TMPDIR"] = _folder.FullName },
            "train", "--network", "tiny-conv", "--images", "2000", "--validation", "200", "--test", "200", "--epochs", "10000", "--threads", "1", "--out", run);
        await Expect.UntilAsync(() => Directory.Exists(run) && Directory.EnumerateFiles(run).Any(), $"there is a checkpoint; it said: {outer.Log}", TimeSpan.FromMinutes(1));
        var inner = Assert.Single(Processes(), command => command.Value.Contains("MtlSplit.IoT.Retraining", StringComparison.Ordinal)).Key;

        if (signal.StartsWith("SIGINT", StringComparison.Ordinal))
        {
            using var kill = Process.Start("sh", ["-c", $"kill -INT {inner}"]);
            outer.Interrupt();
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        else
        {
            outer.Terminate();
        }

        Assert.True(await outer.ExitAsync() == 1, outer.Log);
        Assert.Contains("go on with the same flags and --resume", outer.Log, StringComparison.Ordinal);
        Assert.Empty(Processes());
    }

    [Theory]
    [InlineData("MtlSplit.IoT.DevHub", "hub", "--https-port", "0", "--mqtt-port", "0", "--data", "{folder}")]
    [InlineData("MtlSplit.IoT.EdgeRuntime", "edge", "--mqtt-port", "0", "--https-port", "0", "--hub-https-port", "1", "--connection-string", "HostName=127.0.0.1;DeviceId=d;SharedAccessKey=AAAA", "--data", "{folder}")]
    [InlineData("MtlSplit.IoT.Retraining", "train", "--network", "tiny-conv", "--images", "2000", "--validation", "200", "--test", "200", "--epochs", "10000", "--threads", "1", "--out", "{folder}")]
    public async Task AKilledCommand_TakesTheInnerProcessWithIt(string inner, params string[] args)
    {
        var work = Path.Combine(_folder.FullName, "work");
        await using var outer = Mtlsplit.Start(
            new Dictionary<string, string> { ["TMPDIR"] = _folder.FullName }, [.. args.Select(arg => arg.Replace("{folder}", work, StringComparison.Ordinal))]);
        await Expect.UntilAsync(() => Directory.Exists(work) && Directory.EnumerateFiles(work).Any(), $"it works; it said: {outer.Log}", TimeSpan.FromMinutes(1));
        Assert.Single(Processes(), command => command.Value.Contains(inner, StringComparison.Ordinal));

        await outer.KillAsync();

        await Expect.UntilAsync(() => Processes().Count == 0, $"the inner process ends; there are {string.Join(", ", Processes())}, and it said: {outer.Log}", TimeSpan.FromMinutes(1));
    }

    /// <summary>The command lines of processes with this test's temporary folder, by process id.</summary>
    private Dictionary<int, string> Processes()
    {
        var found = new Dictionary<int, string>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                    && File.ReadAllText(Path.Combine(folder, "environ")).Contains(_folder.FullName, StringComparison.Ordinal))
                {
                    found[pid] = File.ReadAllText(Path.Combine(folder, "cmdline"));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is not ours.
            }
        }

        return found;
    }
}
