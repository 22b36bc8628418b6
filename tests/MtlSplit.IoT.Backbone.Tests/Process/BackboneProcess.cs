using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Process;

/// <summary>The executable as it ships, in a process of its own. Disposing kills it if it still runs.</summary>
internal sealed class BackboneProcess : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly System.Diagnostics.Process _process;
    private readonly StringBuilder _log = new();

    private BackboneProcess(System.Diagnostics.Process process)
    {
        _process = process;
        process.ErrorDataReceived += Keep;
        process.OutputDataReceived += Keep;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
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

    public Stream Input => _process.StandardInput.BaseStream;

    public static BackboneProcess Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "MtlSplit.IoT.Backbone.dll"));
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        return new BackboneProcess(System.Diagnostics.Process.Start(start)!);
    }

    public void Terminate() => Assert.Equal(0, Kill(_process.Id, SigTerm));

    public async Task<int> ExitAsync()
    {
        await Expect.WithinAsync(_process.WaitForExitAsync(), "the process ends", TimeSpan.FromSeconds(60));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            _log.AppendLine(line.Data);
        }
    }
}
