using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace MtlSplit.IoT.Broker.Mosquitto;

/// <summary>
/// A Mosquitto of our own: on loopback, in a folder of its own under the temporary one, gone when disposed. Not thread-safe.
/// </summary>
public sealed class MosquittoProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int LinesKept = 40;

    private readonly MosquittoOptions _options;
    private readonly TimeProvider _time;
    private readonly string _executable;
    private readonly Queue<string> _lastLines = new();
    private Process? _process;

    private MosquittoProcess(MosquittoOptions options, TimeProvider time, string executable)
    {
        _options = options;
        _time = time;
        _executable = executable;
        Folder = Directory.CreateTempSubdirectory("mtlsplit-mosquitto-").FullName;
        Port = options.Port;
    }

    /// <summary>Where it listens: 127.0.0.1.</summary>
    public string Host { get; } = "127.0.0.1";

    /// <summary>The port it listens on; the same after a restart.</summary>
    public int Port { get; private set; }

    /// <summary>Its folder: configuration and persistence.</summary>
    public string Folder { get; }

    /// <summary>Its process id; 0 while it does not run.</summary>
    public int ProcessId => _process is { HasExited: false } process ? process.Id : 0;

    /// <summary>What it said last.</summary>
    public string LastLines
    {
        get
        {
            lock (_lastLines)
            {
                return _lastLines.Count == 0 ? "it said nothing" : string.Join(" | ", _lastLines);
            }
        }
    }

    /// <summary>Where the program is, or null when Mosquitto is not installed (<c>apt-get install mosquitto</c>).</summary>
    public static string? FindExecutable() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Concat(["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"])
        .Where(folder => folder.Length > 0)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "mosquitto.exe" : "mosquitto"))
        .FirstOrDefault(File.Exists);

    /// <summary>Starts one and waits until it accepts connections.</summary>
    /// <param name="options">How.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Ends the wait; nothing is left then.</param>
    /// <exception cref="FileNotFoundException">Mosquitto is not installed.</exception>
    /// <exception cref="InvalidOperationException">It exited or did not listen in time; the message has its last lines.</exception>
    public static async Task<MosquittoProcess> StartAsync(MosquittoOptions options, TimeProvider time, CancellationToken ct)
    {
        var executable = options.Executable ?? FindExecutable()
            ?? throw new FileNotFoundException("Mosquitto is not installed: apt-get install mosquitto.");
        var mosquitto = new MosquittoProcess(options, time, executable);
        try
        {
            // A port that was free a moment ago can be taken by now: another one is tried.
            for (var attempt = 1; ; attempt++)
            {
                if (options.Port == 0)
                {
                    mosquitto.Port = FreePort();
                }

                try
                {
                    await mosquitto.RunAsync(ct);
                    return mosquitto;
                }
                catch (InvalidOperationException) when (attempt < 3 && options.Port == 0)
                {
                    await mosquitto.KillAsync();
                }
            }
        }
        catch
        {
            await mosquitto.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it in order, so that it saves its sessions, and starts it again on the same port and folder.</summary>
    /// <param name="ct">Ends the wait.</param>
    public async Task RestartAsync(CancellationToken ct)
    {
        await StopAsync(ct);
        await RunAsync(ct);
    }

    /// <summary>Stops it in order.</summary>
    /// <param name="ct">Ends the wait.</param>
    public async Task StopAsync(CancellationToken ct)
    {
        if (_process is not { HasExited: false } process)
        {
            return;
        }

        if (OperatingSystem.IsWindows() || Kill(process.Id, SigTerm) != 0)
        {
            process.Kill();
        }

        await process.WaitForExitAsync(ct);
    }

    /// <summary>Starts it again after <see cref="StopAsync"/> or <see cref="KillAsync"/>.</summary>
    /// <param name="ct">Ends the wait.</param>
    public async Task RunAsync(CancellationToken ct)
    {
        var start = new ProcessStartInfo(_executable) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = Folder };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(MosquittoConfiguration.Write(_options, Folder, Port));
        _process?.Dispose();
        var process = Process.Start(start) ?? throw new Win32Exception($"{_executable} did not start.");
        _process = process;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var began = _time.GetTimestamp();
        while (!await AcceptsAsync(ct))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"Mosquitto exited with code {process.ExitCode}: {LastLines}");
            }

            if (_time.GetElapsedTime(began) > _options.StartTimeout)
            {
                throw new InvalidOperationException($"Mosquitto does not listen on port {Port} after {_options.StartTimeout}: {LastLines}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, ct);
        }
    }

    /// <summary>Waits until it ends, for whatever reason.</summary>
    /// <param name="ct">Ends the wait.</param>
    public Task WaitForExitAsync(CancellationToken ct) => _process?.WaitForExitAsync(ct) ?? Task.CompletedTask;

    /// <summary>Ends it as a crash would: what it has not saved is lost.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Ends it and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        _process = null;
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);

    private async Task<bool> AcceptsAsync(CancellationToken ct)
    {
        using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, Port, ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > LinesKept)
            {
                _lastLines.Dequeue();
            }
        }
    }
}
