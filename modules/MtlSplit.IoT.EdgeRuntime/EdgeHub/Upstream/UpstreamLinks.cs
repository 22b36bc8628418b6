using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.EdgeRuntime.Identities;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub.Upstream;

/// <summary>One connection to the hub for each module that needs one, made when it does. Thread-safe; whoever made it disposes it.</summary>
internal sealed class UpstreamLinks(IUpstream upstream, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>How long a module may be between two connections, as when it renews its token, without the hub noticing.</summary>
    public static readonly TimeSpan BetweenConnections = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (ModuleIdentity Identity, IModuleClient Client)> _links = new(StringComparer.Ordinal);
    private readonly HashSet<Task> _closing = [];
    private readonly HashSet<string> _leaving = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _life = new();
    private readonly Lock _gate = new();
    private bool _disposed;

    /// <summary>The module's client, connected or not. It may be released at any moment, which ends what was asked of it.</summary>
    /// <exception cref="ObjectDisposedException">edgeHub is stopping.</exception>
    public IModuleClient Of(ModuleIdentity module)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_links.TryGetValue(module.ModuleId, out var link))
            {
                if (link.Identity.IsSame(module))
                {
                    return link.Client;
                }

                Close(module.ModuleId);
            }

            var client = upstream.Connect(module);
            _links[module.ModuleId] = (module, client);
            return client;
        }
    }

    /// <summary>The module's client once it is connected; null: it is not, and not soon.</summary>
    public async Task<IModuleClient?> ConnectedAsync(ModuleIdentity module, TimeSpan? patience, CancellationToken ct)
    {
        var client = Of(module);
        if (client.State == ModuleState.Connected)
        {
            return client;
        }

        using var over = new CancellationTokenSource(patience ?? Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, ct);
        try
        {
            await client.OpenAsync(either.Token);
            return client;
        }
        catch (Exception e) when (e is ModuleConnectException or ObjectDisposedException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            Log.UpstreamAway(logger, module.ModuleId, e.Message);
            return null;
        }
    }

    /// <summary>Closes a module's connection, if it has one. Returns at once.</summary>
    public void Release(string moduleId)
    {
        lock (_gate)
        {
            Close(moduleId);
        }
    }

    /// <summary>
    /// Closes a module's connection when the module has not come back in time: its answers to calls that are open belong to the connection that
    /// they came over. Returns at once.
    /// </summary>
    /// <param name="moduleId">The module, which has just left.</param>
    /// <param name="isBack">Whether it is connected again.</param>
    public void ReleaseUnlessBack(string moduleId, Func<bool> isBack)
    {
        lock (_gate)
        {
            if (!_disposed && _links.ContainsKey(moduleId) && _leaving.Add(moduleId))
            {
                _closing.Add(LeaveAsync(moduleId, isBack));
            }
        }
    }

    /// <summary>Closes those that nobody needs.</summary>
    public void ReleaseWhere(Func<string, bool> isIdle)
    {
        lock (_gate)
        {
            foreach (var module in _links.Keys.Where(module => !_leaving.Contains(module) && isIdle(module)).ToList())
            {
                Close(module);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task[] closing;
        lock (_gate)
        {
            _disposed = true;
            foreach (var module in _links.Keys.ToList())
            {
                Close(module);
            }

            closing = [.. _closing];
        }

        await _life.CancelAsync();
        await Task.WhenAll(closing);
        _life.Dispose();
    }

    private async Task LeaveAsync(string moduleId, Func<bool> isBack)
    {
        await Task.Delay(BetweenConnections, time, _life.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _leaving.Remove(moduleId);
            if (!_disposed && !isBack())
            {
                Close(moduleId);
            }
        }
    }

    private void Close(string moduleId)
    {
        if (_links.Remove(moduleId, out var link))
        {
            var closing = link.Client.DisposeAsync().AsTask();
            _closing.RemoveWhere(task => task.IsCompleted);
            _closing.Add(closing);
        }
    }
}
