using System.Text.Json.Nodes;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;

namespace MtlSplit.IoT.Cli.Tests.Processes;

/// <summary>The command as built, where it finds the executables that it starts.</summary>
internal static class Mtlsplit
{
    private static readonly string Program = Path.Combine("..", "..", "MtlSplit.IoT.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "mtlsplit");

    public static ProgramUnderTest Start(params IReadOnlyList<string> args) => ProgramUnderTest.Start(Program, args);

    public static ProgramUnderTest Start(IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> args) =>
        ProgramUnderTest.Start(Program, environment, args);

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Exit, string Said)> RunAsync(params IReadOnlyList<string> args)
    {
        await using var program = Start(args);
        return (await program.ExitAsync(), program.Log);
    }

    /// <summary>Runs it to an end that must be a good one, and reads what it printed on standard output as JSON.</summary>
    public static async Task<JsonNode> JsonAsync(params IReadOnlyList<string> args)
    {
        await using var program = Start(args);
        var exit = await program.ExitAsync();
        return exit == 0 ? JsonNode.Parse(program.Output)! : throw new InvalidOperationException($"mtlsplit {string.Join(' ', args)} ended with {exit}: {program.Log}");
    }

    public static Task SaysAsync(this ProgramUnderTest program, string text) =>
        Expect.UntilAsync(() => program.Log.Contains(text, StringComparison.Ordinal), $"it says '{text}'; it said: {program.Log}", TimeSpan.FromMinutes(1));
}
