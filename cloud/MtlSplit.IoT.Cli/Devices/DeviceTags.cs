using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MtlSplit.IoT.Cli.Devices;

/// <summary>Tags on a command line, <c>ring=canary</c>; a dot goes a level down: <c>place.country=nl</c>.</summary>
internal static partial class DeviceTags
{
    /// <summary>The flag, which may be given more than once.</summary>
    public static Option<string[]> Option(string description)
    {
        var option = new Option<string[]>("--tag") { HelpName = "NAME=VALUE", Description = description, DefaultValueFactory = _ => [] };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !Tag().IsMatch(token.Value)))
            {
                result.AddError($"--tag '{token.Value}' is no tag: NAME=VALUE, with a name of letters, digits, _ and -, and dots between levels");
            }

            if (result.Tokens.GroupBy(token => NameOf(token.Value)).FirstOrDefault(same => same.Count() > 1) is { } twice)
            {
                result.AddError($"--tag names '{twice.Key}' twice");
            }
        });
        return option;
    }

    /// <summary>The tags as a patch of a twin; an empty value takes a tag away.</summary>
    public static JsonObject ToPatch(IEnumerable<string> tags)
    {
        var patch = new JsonObject();
        foreach (var tag in tags)
        {
            var path = NameOf(tag).Split('.');
            var into = patch;
            foreach (var level in path[..^1])
            {
                if (into[level] is not JsonObject next)
                {
                    into[level] = next = [];
                }

                into = next;
            }

            into[path[^1]] = ValueOf(tag) is { Length: > 0 } value ? JsonValue.Create(value) : null;
        }

        return patch;
    }

    /// <summary>The tags as a query's condition; an empty value asks for devices without the tag.</summary>
    public static string ToCondition(IEnumerable<string> tags) => string.Join(
        " AND ",
        tags.Select(tag => ValueOf(tag) is { Length: > 0 } value ? $"tags.{Quoted(NameOf(tag))} = '{value.Replace("'", "''", StringComparison.Ordinal)}'" : $"NOT IS_DEFINED(tags.{Quoted(NameOf(tag))})"));

    private static string Quoted(string path) => string.Join('.', path.Split('.').Select(level => level.Contains('-', StringComparison.Ordinal) ? $"[[{level}]]" : level));

    private static string NameOf(string tag) => tag.Split('=')[0];

    private static string ValueOf(string tag) => tag[(tag.IndexOf('=', StringComparison.Ordinal) + 1)..];

    [GeneratedRegex(@"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*=[^\x00-\x1f]*$")]
    private static partial Regex Tag();
}
