using System.Security.Cryptography.X509Certificates;
using MtlSplit.IoT.Contracts.Bundles.Archives;

namespace MtlSplit.IoT.Backbone.Updating.Downloading;

/// <summary>How archives are fetched.</summary>
internal sealed record DownloadOptions
{
    /// <summary>How long a connection may take to come about.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a server may send nothing.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long all of it may take.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Attempts in a row that bring nothing before it is given up.</summary>
    public int FruitlessAttempts { get; init; } = 6;

    /// <summary>The pause after the first failed attempt; then twice as long each time, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause; a server may ask for one up to this too.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>More bytes are too many.</summary>
    public long MaxBytes { get; init; } = BundleLimits.Default.MaxBytes + BundleLimits.Default.Overhead;

    /// <summary>Bytes after which what has come is made to survive a power cut.</summary>
    public int SyncBytes { get; init; } = 4 << 20;

    /// <summary>
    /// Called on every request, to give it a token for example. Use the header <c>Authorization</c>: it does not follow a redirect to elsewhere.
    /// Null for public places.
    /// </summary>
    public Func<HttpRequestMessage, CancellationToken, ValueTask>? Authorise { get; init; }

    /// <summary>Authorities that count for HTTPS in place of the machine's own: those of the hub, from the workload API. Null for the machine's own.</summary>
    public X509Certificate2Collection? Authorities { get; init; }
}
