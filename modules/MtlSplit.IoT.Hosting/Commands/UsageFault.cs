using System.CommandLine;
using System.CommandLine.Parsing;

namespace MtlSplit.IoT.Hosting.Commands;

/// <summary>What is wrong with a command line, for the person who typed it.</summary>
internal static class UsageFault
{
    /// <summary>One line each.</summary>
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Action is null && command.Subcommands.Count > 0)
        {
            var known = string.Join(", ", command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name));
            return [parsed.UnmatchedTokens is [var first, ..] ? $"'{first}' is no command of {Path(parsed.CommandResult)}; there are {known}." : $"{Path(parsed.CommandResult)} needs a command: {known}."];
        }

        return parsed.Errors.Select(Of).Concat(parsed.CommandResult.Children.Where(IsEmpty).Select(c => $"{NameOf(c)}: it may not be empty.")).Distinct();
    }

    /// <summary>As an unset variable of a shell leaves it; no flag or argument means something by that.</summary>
    private static bool IsEmpty(SymbolResult result) => result.Tokens.Any(token => token.Value.Length == 0);

    private static string NameOf(SymbolResult result) => result switch
    {
        OptionResult option => option.Option.Name,
        ArgumentResult argument => argument.Argument.HelpName ?? argument.Argument.Name,
        _ => "",
    };

    private static string Of(ParseError error)
    {
        // The library names the command and not what it wants.
        if (error.SymbolResult is ArgumentResult { Tokens.Count: 0, Argument: var argument } missing)
        {
            return $"{NameOf(missing)} is missing: {argument.Description}";
        }

        // The library names the type that it wanted by its name in .NET.
        if (error.SymbolResult is OptionResult { Option: var option, Tokens: [{ Value: var text }] } && Wanted(option.ValueType) is { } wanted && error.Message.Contains(option.ValueType.ToString(), StringComparison.Ordinal))
        {
            return $"{option.Name}: '{text}' is not {wanted}.";
        }

        return error.Message;
    }

    private static string? Wanted(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => ChoiceRules.Wanted(type),
        TypeCode.Int32 => $"a whole number up to {int.MaxValue}",
        TypeCode.UInt64 => $"a whole number from 0 to {ulong.MaxValue}",
        TypeCode.Double => "a number",
        _ => null,
    };

    private static string Path(CommandResult result) => result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : result.Command.Name;
}
