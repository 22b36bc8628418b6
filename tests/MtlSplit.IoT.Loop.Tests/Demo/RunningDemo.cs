using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;

namespace MtlSplit.IoT.Loop.Tests.Demo;

/// <summary><c>mtlsplit demo</c> as built, with a temporary folder of its own, by which every process that it starts can be found.</summary>
internal sealed class RunningDemo : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-loop-");
    private readonly ProgramUnderTest _program;

    private RunningDemo(IReadOnlyList<string> args)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        Temporary = _folder.CreateSubdirectory("tmp").FullName;
        ReportFile = Path.Combine(_folder.FullName, "report.json");
        _program = ProgramUnderTest.Start(
            Path.Combine("..", "..", "MtlSplit.IoT.Cli", here.Name, "mtlsplit"),
            new Dictionary<string, string> { ["TMPDIR"] = Temporary },
            ["demo", "--report", ReportFile, .. args]);
    }

    /// <summary>What the demonstration takes for temporary files.</summary>
    public string Temporary { get; }

    public string ReportFile { get; }

    public string Log => _program.Log;

    public static RunningDemo Start(params IReadOnlyList<string> args) => new(args);

    public async Task SaysAsync(string text, TimeSpan? patience = null)
    {
        try
        {
            await Expect.UntilAsync(() => Log.Contains(text, StringComparison.Ordinal), $"the demo says '{text}'", patience ?? TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} It said: {Log}", e);
        }
    }

    public void Interrupt() => _program.Interrupt();

    public Task KillAsync() => _program.KillAsync();

    public Task<int> ExitAsync() => _program.ExitAsync(Patience);

    public JsonNode Report() => JsonNode.Parse(File.ReadAllText(ReportFile))!;

    /// <summary>The command lines of processes that were started with this demonstration's temporary folder, by process id.</summary>
    public IReadOnlyDictionary<int, string> Processes()
    {
        var found = new Dictionary<int, string>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                continue;
            }

            try
            {
                if (File.ReadAllText(Path.Combine(folder, "environ")).Contains(Temporary, StringComparison.Ordinal))
                {
                    found[pid] = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, "cmdline"))).Replace('\0', ' ').Trim();
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is not ours.
            }
        }

        return found;
    }

    public Task NothingRunsAsync() => Expect.UntilAsync(() => Processes().Count == 0, "every process of the demo is gone", TimeSpan.FromSeconds(40));

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        foreach (var pid in Processes().Keys)
        {
            try
            {
                using var process = Process.GetProcessById(pid);
                process.Kill();
            }
            catch (ArgumentException)
            {
                // It ended meanwhile.
            }
        }

        _folder.Delete(recursive: true);
    }
}
