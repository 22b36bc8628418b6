using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace MtlSplit.IoT.Images.Tools;

/// <summary>Another program, run to its end within a time.</summary>
internal static class Tool
{
    private const int MostWords = 2000;

    /// <summary>Where a program is on the search path; null: nowhere.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs it and gives what it printed.</summary>
    /// <param name="name">The program.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Ends it.</param>
    /// <param name="folder">Where it runs; null: here.</param>
    /// <exception cref="ImageException">It is not there, failed, or took too long.</exception>
    public static async Task<string> RunAsync(string name, IEnumerable<string> arguments, TimeSpan limit, TimeProvider time, CancellationToken ct, string? folder = null)
    {
        var output = new StringBuilder();
        await RunAsync(name, arguments, limit, time, async (stream, token) => output.Append(await new StreamReader(stream).ReadToEndAsync(token)), ct, folder);
        return output.ToString();
    }

    /// <summary>Runs it and hands over what it prints as it comes.</summary>
    /// <param name="name">The program.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="read">Reads its standard output to the end.</param>
    /// <param name="ct">Ends it.</param>
    /// <param name="folder">Where it runs; null: here.</param>
    /// <exception cref="ImageException">It is not there, failed, or took too long.</exception>
    public static async Task RunAsync(
        string name, IEnumerable<string> arguments, TimeSpan limit, TimeProvider time, Func<Stream, CancellationToken, Task> read, CancellationToken ct, string? folder = null)
    {
        var start = new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder ?? "" };
        // Its messages are shown to people and read by nobody.
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        using var process = Launch(start);
        process.StandardInput.Close();
        try
        {
            var complaints = process.StandardError.ReadToEndAsync(either.Token);
            await read(process.StandardOutput.BaseStream, either.Token);
            await process.WaitForExitAsync(either.Token);
            if (process.ExitCode != 0)
            {
                throw new ImageException($"{name} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {Last(await complaints)}");
            }
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new ImageException($"{name} {string.Join(' ', start.ArgumentList)} did not end within {limit}.", e);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Launch(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new ImageException($"{start.FileName} could not be started.");
        }
        catch (Win32Exception e)
        {
            throw new ImageException($"{start.FileName} could not be started: {e.Message}", e);
        }
    }

    private static string Last(string text)
    {
        var words = text.Trim();
        return words.Length <= MostWords ? words : "…" + words[^MostWords..];
    }
}
