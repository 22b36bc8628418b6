using System.CommandLine;
using System.Diagnostics;
using MtlSplit.IoT.Cli.Processes;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Forwarding;

/// <summary>
/// Commands that another executable carries out: the trainer's, which alone has the training engine, the hub's and the edge runtime's. It runs on this terminal with
/// the same words, and its exit code is this command's.
/// </summary>
internal static class ForwardedCommand
{
    private static readonly Dictionary<string, string> Executables = new(StringComparer.Ordinal)
    {
        ["dataset"] = Siblings.Retraining,
        ["train"] = Siblings.Retraining,
        ["evaluate"] = Siblings.Retraining,
        ["export"] = Siblings.Retraining,
        ["retrain"] = Siblings.Retraining,
        ["drift"] = Siblings.Retraining,
        ["hub"] = Siblings.DevHub,
        ["edge"] = Siblings.EdgeRuntime,
    };

    /// <summary>Whether another executable carries out a command line: its help, flags and exit code are its own.</summary>
    public static bool Carries(string verb) => Executables.ContainsKey(verb);

    /// <summary>A line in the help. The command itself never gets this far: see <see cref="RunAsync"/>.</summary>
    public static Command Describe(string name, string description)
    {
        var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction((parsed, _) => RunAsync([name, .. parsed.UnmatchedTokens]));
        return command;
    }

    /// <summary>Runs the command line, whose first word is one that <see cref="Carries"/> knows, and waits for its end.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        var name = Executables[args[0]];
        if (Siblings.Find(name) is not { } executable)
        {
            await Console.Error.WriteLineAsync($"error: {Siblings.Missing(name)}");
            return ExitCode.Failed;
        }

        // Ctrl-C reaches both processes, and the other one decides what it means; a SIGTERM only reaches this one and is passed on. After a SIGKILL
        // nothing can be passed on: then the other one's standard input ends, which none of these commands reads for anything else.
        using var signals = new StopSignals();
        var start = new ProcessStartInfo(executable, args) { UseShellExecute = false, RedirectStandardInput = true };
        start.Environment[ChildProcess.StopWithParent] = "true";
        using var process = Process.Start(start)!;
        await using var pass = signals.Token.Register(() => ProcessSignal.Terminate(process));
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }
}
