using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Cli.Processes;

/// <summary>Flags of a subcommand that are settings: what was given is passed on to the hosted process, which checks it.</summary>
internal sealed class PassedFlags
{
    private readonly List<Option<string?>> _options;

    private PassedFlags(List<Option<string?>> options) => _options = options;

    /// <summary>Adds the flags, and <c>--log-level</c> and <c>--settings</c>, which every hosted process has.</summary>
    public static PassedFlags AddTo(Command command, IEnumerable<SettingFlag> flags)
    {
        var options = flags.Append(SettingFlag.LogLevel)
            .Select(f => new Option<string?>(f.Name) { Description = f.Description, HelpName = f.ValueName ?? f.Name.TrimStart('-').ToUpperInvariant() })
            .Append(new Option<string?>("--settings") { HelpName = "FILE", Description = "A JSON file with settings." })
            .ToList();
        options.ForEach(command.Options.Add);
        return new PassedFlags(options);
    }

    /// <summary>The command line for the hosted process. What was not given is left out, so that other sources of the setting count.</summary>
    public string[] ReadFrom(ParseResult parsed) =>
        [.. _options.Where(o => parsed.GetResult(o) is not null).SelectMany(o => new[] { o.Name, parsed.GetValue(o) ?? "" })];
}
