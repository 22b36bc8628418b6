namespace MtlSplit.IoT.Testing.Brokers;

/// <summary>A real broker that a test runs against, alone. Disposing ends it and leaves nothing behind.</summary>
public interface IBrokerUnderTest : IAsyncDisposable
{
    /// <summary>Its name in messages.</summary>
    string Name { get; }

    /// <summary>Where it listens.</summary>
    string Host { get; }

    /// <summary>Where it listens; the same after a restart.</summary>
    int Port { get; }

    /// <summary>Whether sessions and queued messages survive an orderly restart.</summary>
    bool KeepsSessionsAcrossRestart { get; }

    /// <summary>Stops it in order and starts it again on the same port.</summary>
    Task RestartAsync(CancellationToken ct);

    /// <summary>Stops it in order; <see cref="RestartAsync"/> starts it again.</summary>
    Task StopAsync(CancellationToken ct);
}
