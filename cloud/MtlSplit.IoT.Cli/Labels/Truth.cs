using System.Collections.Concurrent;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Cli.Labels;

/// <summary>What the renderer drew, told from the vehicle's name and the frame's number alone. Thread-safe.</summary>
internal sealed class Truth(LabellerOptions options)
{
    private readonly ConcurrentDictionary<string, FrameSchedule> _schedules = new(StringComparer.Ordinal);

    /// <summary>Whether a frame is among those that get a label; the same answer in every run.</summary>
    public bool IsLabelled(string vehicle, FrameId frame) =>
        (options.Vehicles.Count == 0 || options.Vehicles.Contains(vehicle)) && Draw(frame) < options.Share;

    /// <summary>The frame's labels, one per task.</summary>
    /// <param name="vehicle">The vehicle.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="labelledAt">Unix microseconds.</param>
    public IEnumerable<LabelMessage> LabelsOf(string vehicle, FrameId frame, long labelledAt)
    {
        var schedule = _schedules.GetOrAdd(vehicle, name => FrameSchedule.ForVehicle(options.Seed, name, options.Scenes));
        var scene = Shapes3DIndex.Of(schedule.IndexOf(frame.Number));
        return options.Tasks.Select(task => new LabelMessage(frame, task.Name, task.Classes[task.LabelOf(scene)], LabellerOptions.Source, labelledAt));
    }

    /// <summary>0 to 1, evenly: the top bits of a multiplicative hash of the id.</summary>
    private static double Draw(FrameId frame)
    {
        var hash = (frame.Session ^ (frame.Number * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93;
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93;
        return (hash >> 11) * (1.0 / (1UL << 53));
    }
}
