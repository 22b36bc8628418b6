namespace MtlSplit.IoT.Cli.Demo;

/// <summary>Shows a demonstration to people.</summary>
internal interface IDemoView
{
    /// <summary>Shows what goes on until cancelled; does not throw for that.</summary>
    Task ShowAsync(DemoTally tally, DemoStage stage, CancellationToken until);

    /// <summary>Shows the outcome.</summary>
    void Summarise(DemoReport report);
}
