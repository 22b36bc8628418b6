using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Hosting.Settings;
using Xunit;

namespace MtlSplit.IoT.Hosting.Tests.Running;

/// <summary>Runs whole processes inside this one, from the command line to the exit code. They share the console and the environment.</summary>
public sealed class FleetProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-hosting-");
    private readonly TextWriter _output = Console.Out;
    private readonly TextWriter _errors = Console.Error;
    private readonly StringWriter _said = new();

    public FleetProcessTests()
    {
        Console.SetOut(_said);
        Console.SetError(_said);
    }

    public void Dispose()
    {
        Console.SetOut(_output);
        Console.SetError(_errors);
        Environment.SetEnvironmentVariable("MTLSPLIT_Probe__Rate", null);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Settings_FromSeveralSources_LaterOnesWin()
    {
        Environment.SetEnvironmentVariable("MTLSPLIT_Probe__Rate", "20");
        var file = Write("""{ "Probe": { "Rate": 30, "Fleet": "from-file" }, "Bus": { "Port": 7 } }""");

        var (code, seen, bus) = await RunAsync("--settings", file, "--fleet", "from-flag", "--broker", "[::1]:1999");

        Assert.Equal(ExitCode.Done, code);
        Assert.Equal(("from-flag", 30), (seen!.Fleet, seen.Rate));
        Assert.Equal(("::1", 1999), (bus!.Host, bus.Port));
    }

    [Fact]
    public async Task Settings_FromTheEnvironment_WinOverDefaults()
    {
        Environment.SetEnvironmentVariable("MTLSPLIT_Probe__Rate", "20");

        var (_, seen, bus) = await RunAsync("--fleet", "f");

        Assert.Equal(20, seen!.Rate);
        Assert.Equal(1883, bus!.Port);
    }

    [Theory]
    [InlineData("--fleet", "no spaces", "Probe:Fleet")]
    [InlineData("--fleet", "", "--fleet: it may not be empty")]
    [InlineData("--rate", "101", "Probe:Rate (--rate)")]
    [InlineData("--rate", "-1", "Probe:Rate (--rate)")]
    [InlineData("--rate", "many", "Probe:Rate (--rate)")]
    [InlineData("--pause", "00:00:00", "Probe:Pause (--pause)")]
    [InlineData("--broker", "nowhere", "HOST:PORT")]
    [InlineData("--log-level", "loud", "loud")]
    [InlineData("--settings", "/nowhere/settings.json", "/nowhere/settings.json")]
    [InlineData("--flet", "f", "--flet")]
    public async Task Run_WithABadSetting_NamesItAndExitsTwo(string flag, string value, string named)
    {
        string[] fleet = flag == "--fleet" ? [] : ["--fleet", "f"];

        var (code, seen, _) = await RunAsync([.. fleet, flag, value]);

        Assert.Equal(ExitCode.BadUsage, code);
        Assert.Null(seen);
        Assert.Contains(named, _said.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithAMissingSetting_NamesItAndExitsTwo()
    {
        var (code, _, _) = await RunAsync();

        Assert.Equal(ExitCode.BadUsage, code);
        Assert.Contains("Probe:Fleet", _said.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(ProbeOptions), _said.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Prob": { "Rate": 30 } }""", "'Prob'")]
    [InlineData("""{ "Probe": { "Rat": 30 } }""", "There is no setting 'Probe:Rat'.")]
    [InlineData("""{ "Bus": { "Tls": { "CaFil": "x" } } }""", "There is no setting 'Bus:Tls:CaFil'.")]
    [InlineData("""{ "Probe": { "Rat": 30 }, "Bus": { "Prot": 7 } }""", "There is no setting 'Bus:Prot'.\nerror: There is no setting 'Probe:Rat'.")]
    public async Task Run_WithASettingThatThereIsNoneOf_NamesItAndExitsTwo(string settings, string named)
    {
        var (code, _, _) = await RunAsync("--fleet", "f", "--settings", Write(settings));

        Assert.Equal(ExitCode.BadUsage, code);
        Assert.Contains(named, _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithSettingsOfOtherPrograms_DoesNotMind()
    {
        Environment.SetEnvironmentVariable("MTLSPLIT_SOMETHING", "else");
        Environment.SetEnvironmentVariable("MTLSPLIT_HeadConsumer__MaxBatch", "8");
        try
        {
            var (code, _, _) = await RunAsync("--fleet", "f");

            Assert.Equal(ExitCode.Done, code);
        }
        finally
        {
            Environment.SetEnvironmentVariable("MTLSPLIT_SOMETHING", null);
            Environment.SetEnvironmentVariable("MTLSPLIT_HeadConsumer__MaxBatch", null);
        }
    }

    [Fact]
    public async Task Run_WithABrokenSettingsFile_NamesItAndExitsTwo()
    {
        var file = Write("""{ "Probe": """);

        var (code, _, _) = await RunAsync("--settings", file);

        Assert.Equal(ExitCode.BadUsage, code);
        Assert.Contains(file, _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_ShowsFlagsAndAnExample()
    {
        var (code, seen, _) = await RunAsync("--help");

        Assert.Equal(0, code);
        Assert.Null(seen);
        Assert.Contains("--broker <HOST:PORT>", _said.ToString(), StringComparison.Ordinal);
        Assert.Contains("probe --fleet demo", _said.ToString(), StringComparison.Ordinal);
        Assert.Contains("  MtlSplit.IoT.Probe [options]", _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenAServiceRefusesToStart_ExitsOneAndSaysWhyWithoutAStack()
    {
        var (code, _, _) = await RunAsync(["--fleet", "f"], b => b.Services.AddHostedService(_ => new Failing(atStart: new StartException("The bundle is torn."))));

        Assert.Equal(ExitCode.Failed, code);
    }

    [Fact]
    public async Task Run_WhenAServiceFailsLater_StopsTheOthersAndExitsOne()
    {
        var (code, _, _) = await RunAsync(["--fleet", "f"], b => b.Services.AddHostedService(_ => new Failing(later: new InvalidOperationException("bug"))));

        Assert.Equal(ExitCode.Failed, code);
    }

    [Fact]
    public async Task LiveSettings_WhenTheFileChanges_FollowValidValuesOnly()
    {
        var file = Write("""{ "Probe": { "Rate": 30 } }""");
        var rates = new List<int>();

        var (code, _, _) = await RunAsync(["--fleet", "f", "--settings", file], b =>
        {
            b.Services.AddLiveSettings<ProbeOptions>();
            b.Services.AddHostedService(p => new Follower(p.GetRequiredService<LiveSettings<ProbeOptions>>(), file, rates));
            b.Services.AddHostedService(p => new Failing(stop: p.GetRequiredService<IHostApplicationLifetime>()));
        });

        Assert.Equal(ExitCode.Done, code);
        Assert.Equal([30, 40, 50], rates);
    }

    private static Task<(int Code, ProbeOptions? Seen, BusSettings? Bus)> RunAsync(params string[] args) =>
        RunAsync(args, b => b.Services.AddHostedService(p => new Failing(stop: p.GetRequiredService<IHostApplicationLifetime>())));

    private static async Task<(int Code, ProbeOptions? Seen, BusSettings? Bus)> RunAsync(string[] args, Action<HostApplicationBuilder> compose)
    {
        ProbeOptions? seen = null;
        BusSettings? bus = null;
        var info = new FleetProcessInfo
        {
            Name = "MtlSplit.IoT.Probe",
            Description = "A process for tests.",
            Examples = ["probe --fleet demo"],
            Flags = [new("--fleet", "Probe:Fleet", "The fleet."), new("--rate", "Probe:Rate", "Rate."), new("--pause", "Probe:Pause", "Pause."), SettingFlag.Broker],
        };
        var code = await FleetProcess.RunAsync(args, info, b =>
        {
            b.AddBusSettings();
            b.Services.AddSettings<ProbeOptions, ProbeOptionsValidator>("Probe").BindConfiguration("Probe", SettingsServices.Strictly);
            b.Services.AddSingleton<IHostedService>(p => new Witness(() => (seen, bus) = (p.GetRequiredService<IOptions<ProbeOptions>>().Value, p.GetRequiredService<IOptions<BusSettings>>().Value)));
            compose(b);
        });
        return (code, seen, bus);
    }

    private string Write(string json)
    {
        var file = Path.Combine(_folder.FullName, "settings.json");
        File.WriteAllText(file, json);
        return file;
    }

    private sealed class Witness(Action look) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            look();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Failing(Exception? atStart = null, Exception? later = null, IHostApplicationLifetime? stop = null) : BackgroundService
    {
        public override Task StartAsync(CancellationToken cancellationToken) =>
            atStart is null ? base.StartAsync(cancellationToken) : Task.FromException(atStart);

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            if (later is not null)
            {
                throw later;
            }

            stop?.StopApplication();
        }
    }

    private sealed class Follower(LiveSettings<ProbeOptions> live, string file, List<int> rates) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            rates.Add(live.Value.Rate);
            await ChangeAsync("""{ "Probe": { "Rate": 40 } }""", cancellationToken);

            // Neither a value out of range nor half a file moves anything; the next good one does.
            File.WriteAllText(file, """{ "Probe": { "Rate": 4000 } }""");
            File.WriteAllText(file, """{ "Probe": { """);
            await ChangeAsync("""{ "Probe": { "Rate": 50 } }""", cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        private async Task ChangeAsync(string json, CancellationToken ct)
        {
            var changed = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            live.Changed += Hear;
            File.WriteAllText(file, json);
            rates.Add(await changed.Task.WaitAsync(TimeSpan.FromSeconds(20), ct));
            live.Changed -= Hear;

            void Hear(ProbeOptions options) => changed.TrySetResult(options.Rate);
        }
    }
}
