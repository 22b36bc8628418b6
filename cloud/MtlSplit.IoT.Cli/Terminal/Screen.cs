using Spectre.Console;

namespace MtlSplit.IoT.Cli.Terminal;

/// <summary>Where commands write.</summary>
internal static class Screen
{
    // Wide enough that no line of ours is broken, or a word cut, in a file or a pipe.
    private const int FileWidth = 400;

    /// <summary>The terminal, or standard output with lines left whole where there is none.</summary>
    public static IAnsiConsole Create()
    {
        var console = AnsiConsole.Console;
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = FileWidth;
        }

        return console;
    }
}
