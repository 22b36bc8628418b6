using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace MtlSplit.IoT.Hosting.Settings;

/// <summary>What the binder cannot bind, said by the setting's path.</summary>
internal static partial class UnknownSettings
{
    /// <summary>One line for each setting that the binder refused.</summary>
    /// <param name="section">The section that it was binding.</param>
    /// <param name="configuration">All settings.</param>
    /// <param name="refusal">What it threw.</param>
    public static IReadOnlyList<string> Name(string section, IConfiguration configuration, InvalidOperationException refusal)
    {
        // It names the setting, the value and the type it needs; of an item in a list only the inner one does.
        var fault = refusal;
        while (fault.InnerException is InvalidOperationException inner)
        {
            fault = inner;
        }

        // Of a setting that it does not know it gives the bare name, beside its own options and our types.
        return Unknown().Match(fault.Message) is { Success: true } match
            ? [.. Quoted().Matches(match.Groups["names"].Value)
                .SelectMany(name => Paths(section, name.Groups[1].Value, configuration))
                .Select(path => $"There is no setting '{path}'.")]
            : [fault.Message];
    }

    private static string[] Paths(string section, string name, IConfiguration configuration)
    {
        string[] paths = [.. configuration.GetSection(section).AsEnumerable().Select(entry => entry.Key).Where(key => key.EndsWith(':' + name, StringComparison.OrdinalIgnoreCase))];
        return paths.Length == 0 ? [name] : paths;
    }

    [GeneratedRegex("^'ErrorOnUnknownConfiguration' was set .* were not found on the instance of [^ ]+: (?<names>.*)$")]
    private static partial Regex Unknown();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();
}
