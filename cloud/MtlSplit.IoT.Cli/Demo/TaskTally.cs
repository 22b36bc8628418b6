namespace MtlSplit.IoT.Cli.Demo;

/// <summary>What was seen of one task. Guarded by <see cref="DemoTally"/>.</summary>
internal sealed class TaskTally(string name, IReadOnlyList<string> classes)
{
    /// <summary>Seconds over which accuracy rolls.</summary>
    public const int RollingSeconds = 5;

    // Right answers and all answers of each second of capture time: all vehicles, and the one in the unseen light.
    private readonly Dictionary<long, Score> _seconds = [];
    private readonly Dictionary<long, Score> _shiftedSeconds = [];

    public string Name { get; } = name;

    public IReadOnlyList<string> Classes { get; } = classes;

    /// <summary>Frames with a prediction.</summary>
    public long Predicted { get; set; }

    /// <summary>The same by vehicle.</summary>
    public Dictionary<string, long> PredictedOf { get; } = [];

    /// <summary>The same answer of the same head, again.</summary>
    public long Redelivered { get; set; }

    /// <summary>A second answer, of another head, for a frame that had one.</summary>
    public long Duplicates { get; set; }

    public LatencyHistogram Latency { get; } = new();

    /// <summary>The head that answered last.</summary>
    public string? Head { get; set; }

    /// <summary>Answers about the vehicle in the unseen light, by phase.</summary>
    public Dictionary<DemoPhase, Score> Phases { get; } = [];

    /// <summary>Answers about the other vehicles since the light changed: before and after the new head.</summary>
    public Dictionary<DemoPhase, Score> Others { get; } = [];

    /// <summary>From when on frames count as recovered, Unix microseconds; null: no new head yet.</summary>
    public long? SwappedAt { get; set; }

    public void Score(bool right, bool shiftedVehicle, long capturedAt, DemoPhase phase)
    {
        var second = capturedAt / 1_000_000;
        Add(_seconds, second, right);
        if (shiftedVehicle)
        {
            Add(_shiftedSeconds, second, right);
        }

        var phases = shiftedVehicle ? Phases : Others;
        phases[phase] = phases.GetValueOrDefault(phase).Add(right);
    }

    /// <summary>Accuracy of the last seconds that have labels.</summary>
    public double? Rolling(bool shiftedVehicle, long second)
    {
        var source = shiftedVehicle ? _shiftedSeconds : _seconds;
        var (right, count) = (0L, 0L);
        for (var s = second - RollingSeconds; s < second; s++)
        {
            var score = source.GetValueOrDefault(s);
            (right, count) = (right + score.Right, count + score.Count);
        }

        return new Score(right, count).Accuracy;
    }

    /// <summary>The accuracy of one second on the vehicle in the unseen light; null where nothing was labelled.</summary>
    public double? OfSecond(long second) => _shiftedSeconds.GetValueOrDefault(second).Accuracy;

    /// <summary>Forgets seconds that nobody looks at any more.</summary>
    public void Forget(long before)
    {
        foreach (var old in _seconds.Keys.Where(second => second < before).ToList())
        {
            _seconds.Remove(old);
            _shiftedSeconds.Remove(old);
        }
    }

    private static void Add(Dictionary<long, Score> scores, long second, bool right) => scores[second] = scores.GetValueOrDefault(second).Add(right);
}
