namespace MtlSplit.IoT.EdgeRuntime.Running.Containers;

/// <summary>How long an engine may take before it counts as one that does not answer. Immutable.</summary>
internal sealed record EngineLimits
{
    /// <summary>One attempt at a question.</summary>
    public TimeSpan Question { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One change: engines unpack and mount while they create and start.</summary>
    public TimeSpan Change { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The pause before a question is asked again; the second is longer.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long an engine that does not answer is left alone.</summary>
    public TimeSpan Break { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long nothing may come while an image is fetched.</summary>
    public TimeSpan FetchSilence { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long fetching an image may take altogether.</summary>
    public TimeSpan Fetch { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long one look at what happens to containers lasts; the next begins where it ended.</summary>
    public TimeSpan Watch { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The limits where modules may take so long to end, since an engine answers only when they have.</summary>
    public static EngineLimits For(TimeSpan stopGrace) => new() { Change = TimeSpan.FromSeconds(60) + stopGrace };
}
