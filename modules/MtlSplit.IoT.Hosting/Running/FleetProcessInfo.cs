using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Hosting.Running;

/// <summary>What a process of the fleet tells about itself: its name, help and flags. Immutable.</summary>
public sealed record FleetProcessInfo
{
    /// <summary>The name in telemetry and in logs, such as <c>MtlSplit.IoT.Backbone</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The subcommand of <c>mtlsplit</c> by which people start it; null: they run the executable itself.</summary>
    public string? Verb { get; init; }

    /// <summary>One sentence for the help.</summary>
    public required string Description { get; init; }

    /// <summary>Whole command lines, shown below the help.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>The flags beside <c>--settings</c> and <c>--log-level</c>, which every process has.</summary>
    public required IReadOnlyList<SettingFlag> Flags { get; init; }
}
