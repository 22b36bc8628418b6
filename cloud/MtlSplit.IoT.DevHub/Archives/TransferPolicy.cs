using System.Threading.RateLimiting;
using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.DevHub.Archives;

/// <summary>
/// How archives are handed out: so many at once, each for a bounded time. Whoever comes when there is no place left is told when to come again;
/// whoever is too slow loses the connection and goes on where it was. Nobody waits in a queue. Thread-safe.
/// </summary>
/// <param name="most">Transfers at once.</param>
/// <param name="time">The clock.</param>
internal sealed class TransferPolicy(int most, TimeProvider time) : IDisposable
{
    /// <summary>How long one transfer may take.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <summary>When to come again.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrencyLimiter _places = new(new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 });

    /// <summary>Runs a transfer if there is a place for it.</summary>
    /// <param name="transfer">The transfer, given what ends it.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="HubException">There is no place.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> transfer, CancellationToken ct)
    {
        using var place = _places.AttemptAcquire();
        if (!place.IsAcquired)
        {
            throw new HubException(HubErrors.ServiceUnavailable, $"{most} archives are on their way, as many as may be.") { RetryAfter = RetryAfter };
        }

        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        await transfer(either.Token);
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();
}
