namespace MtlSplit.IoT.Backbone.Control;

/// <summary>Who says what this process runs and where its features go: its own settings, or the twin of an IoT Edge module. One caller, one call of each, in this order.</summary>
internal interface IControl
{
    /// <summary>Looks at what is here already, before the host says that it started.</summary>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="Hosting.Running.StartException">It cannot be used; the message says why.</exception>
    Task OpenAsync(CancellationToken ct);

    /// <summary>Waits until it is known who the vehicle is, where its features go, and until a backbone is live.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="Exception">It cannot come about in this process.</exception>
    Task<Assignment> JoinAsync(CancellationToken ct);

    /// <summary>Follows what is said while frames flow.</summary>
    /// <param name="ct">Ends it; it does not throw for that.</param>
    /// <returns>Completes when the token says so, or when what is said needs another start of the process.</returns>
    Task RunAsync(CancellationToken ct);
}
