namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>What to retrain, from what, and when the result may replace the head in use.</summary>
internal sealed record RetrainOptions
{
    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>The data folder: samples are read from it, heads are published into it.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The folder of bundles, whose heads are the first ones.</summary>
    public required string ModelsFolder { get; init; }

    /// <summary>The fleet whose samples are learned from and whose head it is; null where samples of one alone are stored.</summary>
    public string? Fleet { get; init; }

    /// <summary>The contract: 64 hex digits or <c>fc-</c> and a beginning of them; null where the store holds only one.</summary>
    public string? Contract { get; init; }

    /// <summary>Sources of labels that go before all others, the best first. Frames whose other sources contradict each other are left out.</summary>
    public IReadOnlyList<string> LabelSources { get; init; } = [];

    /// <summary>Fewer labelled samples than this are refused.</summary>
    public int MinLabels { get; init; } = 200;

    /// <summary>Only frames captured within this time before now; null for all.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>At most so many samples, the newest: 4 bytes an element of memory each.</summary>
    public int MaxSamples { get; init; } = 20_000;

    /// <summary>How much accuracy the new head may lose at worst, as a share: below it lies the lower end of the 95 % interval.</summary>
    public double Tolerance { get; init; } = 0.01;

    /// <summary>Passes over the training part at most.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Threads that training computes with.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Decides order and dropout of the training.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The private key that signs run and head, PEM; null: nobody signs.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Who retrains, for the registry's history.</summary>
    public string By { get; init; } = "mtlsplit retrain heads";

    /// <summary>Train and compare, but register and publish nothing.</summary>
    public bool DryRun { get; init; }
}
