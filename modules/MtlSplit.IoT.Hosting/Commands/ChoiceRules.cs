using System.CommandLine;
using System.Text.RegularExpressions;

namespace MtlSplit.IoT.Hosting.Commands;

/// <summary>Flags that take one of a few words: shown in lower case, accepted in any.</summary>
internal static class ChoiceRules
{
    /// <summary>Shows the words in the help and refuses all others, numbers too, which the library would take for one.</summary>
    public static void ApplyTo(Option option)
    {
        var names = Enum.GetNames(option.ValueType);
        option.HelpName ??= string.Join('|', names).ToLowerInvariant();
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: { Length: > 0 } text }] && !names.Contains(text, StringComparer.OrdinalIgnoreCase))
            {
                result.AddError($"{option.Name}: '{text}' is not {Wanted(option.ValueType)}.");
            }
        });
    }

    /// <summary>What there is.</summary>
    public static string Wanted(Type type) => $"one of {string.Join(", ", Enum.GetNames(type)).ToLowerInvariant()}";

    /// <summary>A command's help with the default words as they are typed; the library writes them as they are named in the code.</summary>
    public static string WithSmallDefaults(string help, Command command)
    {
        foreach (var name in command.Options.Where(o => o.ValueType.IsEnum).SelectMany(o => Enum.GetNames(o.ValueType)).Distinct())
        {
            // A narrow terminal may break the line in between.
            help = Regex.Replace(help, $@"(?<=\[default:\s+){Regex.Escape(name)}(?=\])", name.ToLowerInvariant());
        }

        return help;
    }
}
