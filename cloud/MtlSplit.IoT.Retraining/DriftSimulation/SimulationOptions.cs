namespace MtlSplit.IoT.Retraining.DriftSimulation;

/// <summary>A fleet to simulate, and how its drift is looked for.</summary>
internal sealed record SimulationOptions
{
    public int Months { get; init; } = 200;

    public int Trials { get; init; } = 30;

    public ulong Seed { get; init; } = 1;

    public double Budget { get; init; } = 1;

    public TimeSpan CheckEvery { get; init; } = TimeSpan.FromHours(1);

    public int Groups { get; init; } = 2;

    public int VehiclesPerGroup { get; init; } = 4;

    public TimeSpan FrameEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How much of the time before counts as the world as it was.</summary>
    public TimeSpan Reference { get; init; } = TimeSpan.FromHours(6);

    public int Threads { get; init; } = 1;
}
