using System.CommandLine;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary>Writes down what was asked for, so that it can be asked for again.</summary>
internal static class CommandText
{
    /// <summary>The command line as given, with <c>mtlsplit</c> in front.</summary>
    /// <param name="parsed">What was given.</param>
    /// <param name="without">Flags that change nothing about the outcome.</param>
    public static string Of(ParseResult parsed, params Option[] without) => string.Join(' ', parsed.Tokens
        .Where(token => !without.Any(option => option.Name == token.Value))
        .Select(token => Quote(token.Value))
        .Prepend("mtlsplit"));

    private static string Quote(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "-_./,:=+@".Contains(c, StringComparison.Ordinal)) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
