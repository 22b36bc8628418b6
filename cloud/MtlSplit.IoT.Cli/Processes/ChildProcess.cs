using System.Diagnostics;

namespace MtlSplit.IoT.Cli.Processes;

/// <summary>
/// A process that this one started: its output goes to a log file, it is asked to stop in order, and it stops by itself when this process is
/// gone, however that ends, because its standard input closes then. Thread-safe.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>The environment variable that makes a process of the fleet stop when its standard input ends.</summary>
    public const string StopWithParent = "MTLSPLIT_Process__StopWithParent";

    private const int LinesKept = 12;

    // What a process that has only just been started says to SIGTERM: it does not listen for it yet, and holds nothing.
    private const int TerminatedAtStart = 128 + 15;

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly TimeProvider _time;
    private readonly Queue<string> _lastLines = new();
    private volatile bool _asked;

    private ChildProcess(string name, Process process, StreamWriter log, TimeProvider time)
    {
        (Name, _process, _log, _time) = (name, process, log, time);
        Ended = WaitAsync(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>What it is called in messages.</summary>
    public string Name { get; }

    /// <summary>Ends with the exit code, after the last line of output was read.</summary>
    public Task<int> Ended { get; }

    /// <summary>Whether it has ended without being asked to.</summary>
    public bool Died => Ended.IsCompleted && !_asked;

    /// <summary>Processor time so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            try
            {
                return _process.TotalProcessorTime;
            }
            catch (InvalidOperationException)
            {
                return TimeSpan.Zero;
            }
        }
    }

    /// <summary>Its last lines of output.</summary>
    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_lastLines)
            {
                return [.. _lastLines];
            }
        }
    }

    /// <summary>Starts one.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="executable">Its path.</param>
    /// <param name="args">Its command line.</param>
    /// <param name="logFile">Where its output goes, behind what is there.</param>
    /// <param name="time">The clock of <see cref="StopAsync"/>.</param>
    /// <param name="environment">What its environment has beside this process's own.</param>
    public static ChildProcess Start(
        string name, string executable, IEnumerable<string> args, string logFile, TimeProvider time, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(executable, args)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[StopWithParent] = "true";
        foreach (var (variable, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[variable] = value;
        }

        var log = new StreamWriter(logFile, append: true) { AutoFlush = true };
        try
        {
            return new ChildProcess(name, Process.Start(start)!, log, time);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Asks it to stop and waits; past the limit it is killed.</summary>
    /// <returns>Whether it stopped in order: in time, with exit code 0, or before it had really started.</returns>
    public async Task<bool> StopAsync(TimeSpan limit)
    {
        if (!Ended.IsCompleted)
        {
            _asked = true;
            ProcessSignal.Terminate(_process);
            try
            {
                await Ended.WaitAsync(limit, _time);
            }
            catch (TimeoutException)
            {
                _process.Kill(entireProcessTree: true);
                await Ended;
                return false;
            }
        }

        return await Ended is 0 or TerminatedAtStart;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!Ended.IsCompleted)
        {
            _asked = true;
            _process.Kill(entireProcessTree: true);
            await Ended;
        }

        _process.Dispose();
        await _log.DisposeAsync();
    }

    private async Task<int> WaitAsync(params Task[] readers)
    {
        await Task.WhenAll(readers);
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_lastLines)
            {
                _log.WriteLine(line);
                _lastLines.Enqueue(line);
                if (_lastLines.Count > LinesKept)
                {
                    _lastLines.Dequeue();
                }
            }
        }
    }
}
