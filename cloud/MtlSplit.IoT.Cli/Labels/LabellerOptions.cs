using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Cli.Labels;

/// <summary>What a simulated labeller labels.</summary>
internal sealed record LabellerOptions
{
    /// <summary>The source in its labels.</summary>
    public const string Source = "renderer";

    /// <summary>The fleet.</summary>
    public required string Fleet { get; init; }

    /// <summary>The seed of the vehicles' schedules; each vehicle's own follows from it and the vehicle's name.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The scenes that the vehicles draw from.</summary>
    public required ScheduledScenes Scenes { get; init; }

    /// <summary>Only these vehicles; all where empty.</summary>
    public required IReadOnlyList<string> Vehicles { get; init; }

    /// <summary>The tasks.</summary>
    public required IReadOnlyList<Shapes3DTask> Tasks { get; init; }

    /// <summary>How late a label comes after its feature.</summary>
    public required TimeSpan Delay { get; init; }

    /// <summary>The share of frames that gets a label, 0 to 1; which ones follows from the frame id alone.</summary>
    public required double Share { get; init; }

    /// <summary>Frames that may wait for their label. When it is full the bus waits.</summary>
    public int Waiting { get; init; } = 65_536;
}
