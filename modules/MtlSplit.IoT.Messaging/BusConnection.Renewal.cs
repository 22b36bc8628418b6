using MtlSplit.IoT.Messaging.Connecting;
using MtlSplit.IoT.Messaging.Telemetry;

namespace MtlSplit.IoT.Messaging;

/// <content>How credentials are had, and renewed while a connection lives.</content>
public sealed partial class BusConnection
{
    /// <summary>The pause after new credentials could not be had. The connection stays meanwhile.</summary>
    private static readonly TimeSpan RenewalPause = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _fetching = new(1);
    private BusCredentials? _prepared;

    /// <summary>The credentials of the next connection; null: the options' own.</summary>
    private async ValueTask<BusCredentials?> CredentialsAsync(CancellationToken ct)
    {
        if (_options.Credentials is null)
        {
            return null;
        }

        // Prepared for a connection that was lost meanwhile, they may have grown old.
        var prepared = Interlocked.Exchange(ref _prepared, null);
        return prepared is not null && (prepared.RenewAt is null || prepared.RenewAt > _time.GetUtcNow())
            ? prepared
            : await FetchAsync(_options.Credentials, ct);
    }

    private async Task<BusCredentials> FetchAsync(Func<CancellationToken, ValueTask<BusCredentials>> credentials, CancellationToken ct)
    {
        await _fetching.WaitAsync(ct);
        try
        {
            return await credentials(ct);
        }
        finally
        {
            _fetching.Release();
        }
    }

    /// <summary>Ends a connection in order, for one with new credentials to take its place. Without those it stays.</summary>
    private async Task ReplaceAsync(LinkSession session)
    {
        try
        {
            using var patience = new CancellationTokenSource(_options.ConnectTimeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, session.Ending);
            Volatile.Write(ref _prepared, await FetchAsync(_options.Credentials!, either.Token));
        }
        catch (Exception error)
        {
            // The provider is not ours; whatever it throws, the connection is still good for a while.
            Log.RenewalFailed(_logger, _options.ClientId, _options.Host, _options.Port, RenewalPause, error.Message);
            session.RenewLater(_time.GetUtcNow() + RenewalPause);
            return;
        }

        Task quiet;
        lock (_gate)
        {
            // A later connection must not be quietened for it.
            if (_session != session)
            {
                return;
            }

            session.Renewing = true;
            quiet = _outbox.QuietenAsync();
        }

        try
        {
            await quiet.WaitAsync(_options.RequestTimeout, _time, session.Ending);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // What has no answer by now is sent again by the next connection.
        }

        await session.LeaveAsync(TimeSpan.FromSeconds(1));
    }
}
