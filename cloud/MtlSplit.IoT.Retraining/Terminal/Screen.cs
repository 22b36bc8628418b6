using Spectre.Console;

namespace MtlSplit.IoT.Retraining.Terminal;

/// <summary>Where commands write.</summary>
internal static class Screen
{
    // Wide enough that no line of ours is broken in a file.
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

    /// <summary>Where progress goes: standard error where standard output carries JSON.</summary>
    /// <param name="json">Whether it does.</param>
    public static IAnsiConsole Create(bool json)
    {
        if (!json)
        {
            return Create();
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (Console.IsErrorRedirected)
        {
            console.Profile.Width = FileWidth;
        }

        return console;
    }
}
