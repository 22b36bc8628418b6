using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Hosting.Settings;

/// <summary>Rewrites "The TOptions.Name field …", as validators say it, into the path of the setting: "Section:Name".</summary>
internal sealed class PathNamingValidator<TOptions>(string section, IValidateOptions<TOptions> inner) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var result = inner.Validate(name, options);
        return result.Failed ? ValidateOptionsResult.Fail(result.Failures.Select(Rewrite)) : result;
    }

    private string Rewrite(string failure)
    {
        var type = typeof(TOptions).Name + ".";
        var at = failure.IndexOf(type, StringComparison.Ordinal);
        if (at < 0)
        {
            return failure.StartsWith(section, StringComparison.Ordinal) ? failure : $"{section}: {failure}";
        }

        // "Name: The TOptions.Name field …": the member's name in front says less than the path does.
        var start = failure.IndexOf(": ", StringComparison.Ordinal) is var colon and >= 0 && colon < at ? colon + 2 : 0;
        var end = failure.IndexOfAny([' ', ',', ';'], at);
        var member = failure[(at + type.Length)..(end < 0 ? failure.Length : end)];
        return $"{failure[start..at]}{section}:{member.Replace('.', ':')}{(end < 0 ? "" : failure[end..])}";
    }
}
