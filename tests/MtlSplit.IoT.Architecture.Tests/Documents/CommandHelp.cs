using System.Diagnostics;
using MtlSplit.IoT.Architecture.Tests.Repository;

namespace MtlSplit.IoT.Architecture.Tests.Documents;

/// <summary>What a built program says on <c>--help</c>.</summary>
internal sealed class CommandHelp
{
    private readonly string _text;

    private CommandHelp(string text) => _text = text;

    /// <summary>Runs the program.</summary>
    /// <exception cref="InvalidOperationException">It is not built, or has no help.</exception>
    public static async Task<CommandHelp> ReadAsync(string program, string[] verbs, CancellationToken ct)
    {
        var project = Checkout.Projects.SingleOrDefault(p => p.IsExecutable && p.Assembly == program)
            ?? throw new InvalidOperationException($"There is no program {program}.");
        var start = new ProcessStartInfo("dotnet", [project.Output(program + ".dll"), .. verbs, "--help"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        await process.WaitForExitAsync(ct);
        await errors;
        return new CommandHelp(await output);
    }

    /// <summary>Whether the help is that of this command, and not of one above it.</summary>
    public bool Offers(string[] verbs)
    {
        var usage = _text.Split('\n').SkipWhile(line => !line.StartsWith("Usage:", StringComparison.Ordinal)).Skip(1).FirstOrDefault()?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return usage.Skip(1).Take(verbs.Length).SequenceEqual(verbs);
    }

    /// <summary>Whether it lists the flag.</summary>
    public bool Has(string flag) => _text.Split([' ', ',', '\n', '<', '>', '\r']).Contains(flag);
}
