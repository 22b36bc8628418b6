using System.CommandLine;
using System.Diagnostics;
using MtlSplit.IoT.Cli.Processes;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Forwarding;

/// <summary>
/// Commands of the retraining executable, which alone carries the training engine: it runs on this terminal with the same words, and its
/// exit code is this command's.
/// </summary>
internal static class ForwardedCommand
{
    /// <summary>A line in the help. The command itself never gets this far: see <see cref="RunAsync"/>.</summary>
    public static Command Describe(string name, string description)
    {
        var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction((parsed, _) => RunAsync([name, .. parsed.UnmatchedTokens]));
        return command;
    }

    /// <summary>Runs the command line and waits for its end.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        if (Siblings.Find(Siblings.Retraining) is not { } executable)
        {
            await Console.Error.WriteLineAsync($"error: {Siblings.Missing(Siblings.Retraining)}");
            return ExitCode.Failed;
        }

        // Ctrl-C reaches both processes, and the other one decides what it means; a SIGTERM only reaches this one and is passed on.
        using var signals = new StopSignals();
        using var process = Process.Start(new ProcessStartInfo(executable, args) { UseShellExecute = false })!;
        await using var pass = signals.Token.Register(() => ProcessSignal.Terminate(process));
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }
}
