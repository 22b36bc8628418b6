using System.CommandLine;

namespace MtlSplit.IoT.Hosting.Commands;

/// <summary>The flags of one command, and what they mean as settings.</summary>
internal sealed class FlagOptions
{
    private readonly List<(SettingFlag Flag, Option<string> Option)> _options = [];

    private FlagOptions()
    {
    }

    public static FlagOptions AddTo(Command command, IEnumerable<SettingFlag> flags)
    {
        var result = new FlagOptions();
        foreach (var flag in flags)
        {
            var option = new Option<string>(flag.Name)
            {
                Description = flag.Description,
                HelpName = flag.ValueName ?? flag.Name.TrimStart('-').ToUpperInvariant(),
            };
            option.Validators.Add(value =>
            {
                try
                {
                    flag.Expand?.Invoke(value.GetValueOrDefault<string>());
                }
                catch (FormatException e)
                {
                    value.AddError($"{flag.Name}: {e.Message}.");
                }
            });
            command.Options.Add(option);
            result._options.Add((flag, option));
        }

        return result;
    }

    public IReadOnlyDictionary<string, string?> ReadFrom(ParseResult parsed)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (flag, option) in _options)
        {
            if (parsed.GetResult(option) is null || parsed.GetValue(option) is not { } text)
            {
                continue;
            }

            foreach (var (key, value) in flag.Expand?.Invoke(text) ?? [new(flag.Key, text)])
            {
                settings[key] = value;
            }
        }

        return settings;
    }
}
