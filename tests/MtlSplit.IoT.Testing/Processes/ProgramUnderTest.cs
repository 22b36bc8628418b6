using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Testing.Processes;

/// <summary>The executable as it ships, in a process of its own. Disposing kills it if it still runs.</summary>
public sealed class ProgramUnderTest : IAsyncDisposable
{
    private const int SigInt = 2;
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly StringBuilder _output = new();

    private ProgramUnderTest(Process process)
    {
        _process = process;
        process.ErrorDataReceived += Keep;
        process.OutputDataReceived += Keep;
        process.OutputDataReceived += KeepOutput;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>What it printed so far on standard output alone.</summary>
    public string Output
    {
        get
        {
            lock (_log)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>What it printed so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Its standard input.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Starts a program whose assembly lies beside the test.</summary>
    /// <param name="assembly">Its name without the extension.</param>
    /// <param name="args">Its command line.</param>
    public static ProgramUnderTest Start(string assembly, params IReadOnlyList<string> args) => Start(assembly, new Dictionary<string, string>(), args);

    /// <summary>Starts a program whose assembly lies beside the test, or in its project's own folder of outputs.</summary>
    /// <param name="assembly">Its name without the extension.</param>
    /// <param name="environment">Variables that it gets beside those of the test.</param>
    /// <param name="args">Its command line.</param>
    public static ProgramUnderTest Start(string assembly, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };

        // A process that is killed leaves the pipes of the runtime's diagnostics in the temporary folder.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        start.ArgumentList.Add(Find(assembly));
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        return new ProgramUnderTest(Process.Start(start)!);
    }

    // A program of another shared framework than the test's cannot run from the test's folder, which lacks what its framework brings.
    private static string Find(string assembly)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll");
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return File.Exists(beside) ? beside : Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", assembly, configuration, $"{assembly}.dll"));
    }

    /// <summary>Asks it to stop: SIGTERM.</summary>
    public void Terminate() => Assert.Equal(0, Kill(_process.Id, SigTerm));

    /// <summary>What Ctrl-C sends: SIGINT.</summary>
    public void Interrupt() => Assert.Equal(0, Kill(_process.Id, SigInt));

    /// <summary>Ends it at once, as a crash would: SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits for its end and gives its exit code.</summary>
    /// <param name="patience">How long that may take; a minute unless given.</param>
    public async Task<int> ExitAsync(TimeSpan? patience = null)
    {
        await Expect.WithinAsync(_process.WaitForExitAsync(), "the process ends", patience ?? TimeSpan.FromMinutes(1));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);

    private void KeepOutput(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            _output.AppendLine(line.Data);
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
        {
            // The end of one of the two outputs.
            return;
        }

        lock (_log)
        {
            _log.AppendLine(line.Data);
        }
    }
}
