using System.CommandLine;
using System.CommandLine.Help;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Hosting.Commands;

/// <summary>How every executable here treats its command line.</summary>
public static class CommandLine
{
    /// <summary>An executable's command, with <c>--help</c> and <c>--version</c>.</summary>
    /// <param name="name">
    /// As people type it. The library would take it from the executable's path and cut what follows the last dot for an extension.
    /// </param>
    /// <param name="description">One sentence for the help.</param>
    public static Command Root(string name, string description) => new(name, description) { new HelpOption(), new VersionOption() };

    /// <summary>
    /// Parses and runs. A command line that does not parse is answered on standard error with what is wrong and where help is,
    /// and ends with <see cref="ExitCode.BadUsage"/>. Signals are left to whoever hosts the work.
    /// </summary>
    /// <param name="root">The command.</param>
    /// <param name="args">The command line.</param>
    public static async Task<int> RunAsync(Command root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Action is not (HelpAction or ExamplesAction) && UsageFault.Of(parsed).ToArray() is { Length: > 0 } faults)
        {
            return await RefuseAsync(faults, ExampleOf(parsed.CommandResult.Command));
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }

    /// <summary>Says on standard error what is wrong with the usage, and returns <see cref="ExitCode.BadUsage"/>.</summary>
    /// <param name="faults">One line each.</param>
    public static Task<int> RefuseAsync(params string[] faults) => RefuseAsync(faults, example: null);

    private static async Task<int> RefuseAsync(string[] faults, string? example)
    {
        foreach (var fault in faults)
        {
            await Console.Error.WriteLineAsync($"error: {fault}");
        }

        if (example is not null)
        {
            await Console.Error.WriteLineAsync($"Example: {example}");
        }

        await Console.Error.WriteLineAsync("Try --help.");
        return ExitCode.BadUsage;
    }

    /// <summary>Shows whole command lines below a command's help, and below that of its subcommands.</summary>
    /// <typeparam name="TCommand">The command's type.</typeparam>
    /// <param name="command">The command; for one that is not the root a help option is added.</param>
    /// <param name="examples">Command lines.</param>
    public static TCommand WithExamples<TCommand>(this TCommand command, params string[] examples)
        where TCommand : Command
    {
        foreach (var option in command.Options.Where(o => o.ValueType.IsEnum))
        {
            ChoiceRules.ApplyTo(option);
        }

        var help = command.Options.OfType<HelpOption>().FirstOrDefault();
        if (help is null)
        {
            help = new HelpOption();
            command.Options.Add(help);
        }

        if (help.Action is HelpAction plain)
        {
            help.Action = new ExamplesAction(plain, examples);
        }

        return command;
    }

    private static string? ExampleOf(Command command) => command.Options.OfType<HelpOption>().FirstOrDefault()?.Action is ExamplesAction { Examples: [var first, ..] } ? first : null;
}
