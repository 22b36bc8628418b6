using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using MtlSplit.IoT.Testing.Waiting;

namespace MtlSplit.IoT.Testing.Containers.Engines;

/// <summary>
/// A container engine that nobody else uses, with everything of it in one folder. It ends with this process, however that ends: a guard process waits for the
/// end of its standard input, whose other end is here.
/// </summary>
internal sealed class PrivateEngine : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    private readonly Process _guard;
    private readonly StringBuilder _said = new();

    private PrivateEngine(string folder, Process guard)
    {
        (Folder, _guard) = (folder, guard);
        guard.ErrorDataReceived += (_, line) =>
        {
            lock (_said)
            {
                _said.AppendLine(line.Data);
            }
        };
        guard.BeginErrorReadLine();
    }

    public string Folder { get; }

    public string Socket => Path.Combine(Folder, "docker.sock");

    /// <summary>Starts one and waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not answer in time; says what it said.</exception>
    public static async Task<PrivateEngine> StartAsync(string program, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("mtlsplit-engine-").FullName;
        // In a session of its own, so that a Ctrl-C for the tests does not end the guard before it has cleaned up.
        var start = new ProcessStartInfo("setsid", ["bash", Path.Combine(AppContext.BaseDirectory, "Engines", "guard.sh"), folder, program]) { RedirectStandardInput = true, RedirectStandardError = true };
        var engine = new PrivateEngine(folder, Process.Start(start)!);
        try
        {
            await engine.AnswersAsync(ct);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await Expect.WithinAsync(_guard.WaitForExitAsync(), $"the engine in {Folder} ends", EndLimit);
        _guard.Dispose();
    }

    private async Task AnswersAsync(CancellationToken ct)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        while (!await ListensAsync(ct))
        {
            if (_guard.HasExited)
            {
                await _guard.WaitForExitAsync(ct);
                lock (_said)
                {
                    throw new InvalidOperationException($"The container engine ended while it started: {_said}");
                }
            }

            if (time.GetElapsedTime(began) > StartLimit)
            {
                throw new InvalidOperationException($"The container engine does not listen after {StartLimit}: {await File.ReadAllTextAsync(Path.Combine(Folder, "log"), ct)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, ct);
        }
    }

    // It takes connections only when it is ready.
    private async Task<bool> ListensAsync(CancellationToken ct)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(new UnixDomainSocketEndPoint(Socket), ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
