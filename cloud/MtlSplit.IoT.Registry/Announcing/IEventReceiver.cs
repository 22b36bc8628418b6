namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>Somebody who is told.</summary>
internal interface IEventReceiver : IAsyncDisposable
{
    /// <summary>The name of its queue.</summary>
    string Name { get; }

    /// <summary>Sends an event, several times if need be, and returns within a minute.</summary>
    /// <param name="change">The event.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>What became of it, and why where that is not good.</returns>
    Task<(SendOutcome Outcome, string? Why)> SendAsync(RegistryEvent change, CancellationToken ct);
}
