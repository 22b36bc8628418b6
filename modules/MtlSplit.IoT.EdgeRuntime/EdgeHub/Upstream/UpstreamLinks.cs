using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.EdgeRuntime.Identities;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub.Upstream;

/// <summary>One connection to the hub for each module that needs one, made when it does. Thread-safe; whoever made it disposes it.</summary>
internal sealed class UpstreamLinks(IUpstream upstream, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (ModuleIdentity Identity, IModuleClient Client)> _links = new(StringComparer.Ordinal);
    private readonly HashSet<Task> _closing = [];
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

    /// <summary>Closes those that nobody needs.</summary>
    public void ReleaseWhere(Func<string, bool> isIdle)
    {
        lock (_gate)
        {
            foreach (var module in _links.Keys.Where(isIdle).ToList())
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

        await Task.WhenAll(closing);
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
