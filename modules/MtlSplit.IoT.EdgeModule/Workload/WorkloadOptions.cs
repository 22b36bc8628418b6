namespace MtlSplit.IoT.EdgeModule.Workload;

/// <summary>Where the workload API is, and which module asks.</summary>
public sealed record WorkloadOptions
{
    /// <summary>Its address: <c>unix:///path/to/socket</c> or <c>http://host:port</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>The module's id.</summary>
    public required string ModuleId { get; init; }

    /// <summary>The generation of the module's identity, which changes when it is deleted and made anew.</summary>
    public required string GenerationId { get; init; }

    /// <summary>The version asked for; 2018-06-28 by default, which every daemon has and the SDKs always ask for.</summary>
    public string ApiVersion { get; init; } = "2018-06-28";

    /// <summary>How long one attempt may take; 10 s by default.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a call may take with all its attempts; 30 s by default.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause before the second attempt, doubled for each further one; 200 ms by default. Four attempts are made.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);
}
