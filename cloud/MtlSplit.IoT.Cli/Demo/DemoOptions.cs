namespace MtlSplit.IoT.Cli.Demo;

/// <summary>What one demonstration does.</summary>
internal sealed record DemoOptions
{
    /// <summary>The fleet's name on the bus.</summary>
    public const string Fleet = "demo";

    /// <summary>The bundle's folder; the folder of bundles is two levels up.</summary>
    public required string Bundle { get; init; }

    /// <summary>The folder of the manifests that come with the platform.</summary>
    public required string Manifests { get; init; }

    /// <summary>The broker.</summary>
    public DemoBroker Broker { get; init; }

    /// <summary>Frames a second of each vehicle.</summary>
    public double Rate { get; init; } = 60;

    /// <summary>Frames a second of each vehicle while a new backbone is trained and rolled out.</summary>
    public double RolloutRate => Math.Min(Rate, 20);

    /// <summary>Which scenes the vehicles see.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How long every vehicle drives in the light that training saw.</summary>
    public TimeSpan Usual { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long labels are collected in the unseen light before retraining.</summary>
    public TimeSpan Shifted { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>How long the new heads are watched.</summary>
    public TimeSpan Recovered { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>How long the new backbone is watched.</summary>
    public TimeSpan Renewed { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>End after the retraining of heads: no new backbone is trained and rolled out.</summary>
    public bool HeadsOnly { get; init; }

    /// <summary>How late labels come.</summary>
    public TimeSpan LabelDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Go on after the summary until stopped.</summary>
    public bool Keep { get; init; }

    /// <summary>Where the report goes; null: nowhere.</summary>
    public string? Report { get; init; }

    /// <summary>Where everything that the demonstration writes stays; null: a temporary folder that is removed.</summary>
    public string? Data { get; init; }
}
