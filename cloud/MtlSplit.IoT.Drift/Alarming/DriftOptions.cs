using MtlSplit.IoT.Drift.Testing;

namespace MtlSplit.IoT.Drift.Alarming;

/// <summary>How drift is looked for.</summary>
public sealed record DriftOptions
{
    /// <summary>The false alarms that are acceptable.</summary>
    public AlarmBudget Budget { get; init; } = new(1);

    /// <summary>How often each stream is checked.</summary>
    public TimeSpan CheckEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How far back "now" reaches. Longer than the time between checks: a scene that stays for minutes leaves few independent blocks in an hour, and a strong drift shows in a part of the window too.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(3);

    /// <summary>The cheap test is suspicious below this, Bonferroni included. It decides how often the confirming test runs, not how often it is wrong.</summary>
    public double SuspicionLevel { get; init; } = 0.01;

    /// <summary>With fewer independent blocks in either window nothing is said.</summary>
    public int LeastBlocks { get; init; } = 30;

    /// <summary>An alarm is over after so many checks in a row without suspicion.</summary>
    public int RecoverAfter { get; init; } = 3;

    /// <summary>Blocks are at least this long.</summary>
    public TimeSpan ShortestBlock { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Blocks are at most this long.</summary>
    public TimeSpan LongestBlock { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What the confirming test may use.</summary>
    public KernelLimits Kernel { get; init; } = new();
}
