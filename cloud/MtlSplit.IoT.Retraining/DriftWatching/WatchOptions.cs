using MtlSplit.IoT.Drift.Alarming;

namespace MtlSplit.IoT.Retraining.DriftWatching;

/// <summary>What is watched.</summary>
internal sealed record WatchOptions
{
    /// <summary>Where samples, heads and the watch's own state are.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The bundles whose heads are the first ones.</summary>
    public required string ModelsFolder { get; init; }

    /// <summary>The fleet.</summary>
    public required string Fleet { get; init; }

    /// <summary>The groups.</summary>
    public required VehicleGroups Groups { get; init; }

    /// <summary>How.</summary>
    public DriftOptions Drift { get; init; } = new();

    /// <summary>How much of a contract's beginning is the world as it was.</summary>
    public TimeSpan Reference { get; init; } = TimeSpan.FromHours(6);

    /// <summary>The end of the current window, Unix microseconds; null: the newest frame.</summary>
    public long? At { get; init; }

    /// <summary>Decides what chance decides.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Frames that are read of a window at most, drawn from all of it.</summary>
    public int MaxFrames { get; init; } = 50_000;
}
