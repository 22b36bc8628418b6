using System.Text.RegularExpressions;
using MtlSplit.IoT.Architecture.Tests.Repository;

namespace MtlSplit.IoT.Architecture.Tests.Documents;

/// <summary>A command line of one of our programs, as a document shows it.</summary>
/// <param name="Document">Where.</param>
/// <param name="Text">The whole line.</param>
/// <param name="Program">The assembly's name.</param>
/// <param name="Verbs">The subcommands, as far as they can be told from arguments.</param>
/// <param name="Flags">With their dashes.</param>
internal sealed partial record CommandLine(string Document, string Text, string Program, string[] Verbs, string[] Flags)
{
    /// <summary>The command lines in a document's blocks of code and in its backticks.</summary>
    public static IEnumerable<CommandLine> FindIn(string document, string text)
    {
        var blocks = Block().Matches(text).SelectMany(match => match.Groups[1].Value.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'));
        var spans = Span().Matches(Block().Replace(text, "")).Select(match => match.Groups[1].Value);
        return blocks.Concat(spans).Select(line => Read(document, line.Trim())).OfType<CommandLine>();
    }

    /// <summary>What this asks for that the program's help does not offer.</summary>
    public IEnumerable<string> FaultsAgainst(CommandHelp help)
    {
        if (!help.Offers(Verbs))
        {
            return [$"{Document}: '{Text}': {Program} has no command '{string.Join(' ', Verbs)}'."];
        }

        return Flags.Where(flag => !help.Has(flag)).Select(flag => $"{Document}: '{Text}': {Program} {string.Join(' ', Verbs)} has no {flag}.");
    }

    private static CommandLine? Read(string document, string line)
    {
        var words = Word().Matches(Comment().Replace(line, "")).Select(match => match.Value).ToArray();
        var start = Array.FindIndex(words, word => !Assignment().IsMatch(word));
        if (start < 0)
        {
            return null;
        }

        words = words[start..];
        if (words is ["dotnet", "run", ..])
        {
            var project = words.SkipWhile(word => word != "--project").Skip(1).FirstOrDefault() ?? "";
            var program = Checkout.Projects.SingleOrDefault(p => p.Folder == project.TrimEnd('/'))?.Assembly ?? $"(no project {project})";
            return Of(document, line, program, [.. words.SkipWhile(word => word != "--").Skip(1)]);
        }

        var name = words[0].Split('/')[^1];
        return name == "mtlsplit" || Checkout.Projects.Any(p => p.IsExecutable && !p.IsTests && p.Assembly == name) ? Of(document, line, name, words[1..]) : null;
    }

    private static CommandLine Of(string document, string line, string program, string[] words)
    {
        // What follows a pipe or a redirection is another program's.
        words = [.. words.TakeWhile(word => word is not ("|" or "<" or ">" or "&&" or ";" or "&"))];
        return new CommandLine(
            document, line, program,
            [.. words.TakeWhile(word => Verb().IsMatch(word))],
            [.. words.Where(word => word.StartsWith("--", StringComparison.Ordinal)).Select(word => word.Split('=')[0])]);
    }

    [GeneratedRegex(@"^```\w*\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"(?:^|\s)#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"""[^""]*""|'[^']*'|\S+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\w+=|^\$$")]
    private static partial Regex Assignment();

    [GeneratedRegex("^[a-z]+$")]
    private static partial Regex Verb();
}
