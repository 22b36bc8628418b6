using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.EdgeRuntime.EdgeHub.Twins;
using MtlSplit.IoT.EdgeRuntime.Identities;
using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub.Upstream;

/// <summary>Carries changes of reported properties to the hub, each module's in order, until the hub has them or says that it never will.</summary>
internal sealed class PatchCarrier(TwinCache cache, UpstreamLinks links, IModuleIdentities identities, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>There is something to carry.</summary>
    public void Signal() => _signal.Writer.TryWrite(true);

    /// <summary>Carries until its token ends.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            var rest = await Task.WhenAll(cache.Waiting.Select(module => CarryAsync(module, ct)));
            if (Array.TrueForAll(rest, done => done))
            {
                await _signal.Reader.ReadAsync(ct);
            }
            else
            {
                await Task.Delay(Pause, time, ct);
            }
        }
    }

    private async Task<bool> CarryAsync(string moduleId, CancellationToken ct)
    {
        if (identities.Find(moduleId) is not { } identity)
        {
            cache.Forget(moduleId);
            return true;
        }

        while (cache.BeginSend(moduleId) is { } patch)
        {
            try
            {
                if (await links.ConnectedAsync(identity, null, ct) is not { } client)
                {
                    return false;
                }

                cache.Sent(moduleId, taken: true, await client.UpdateReportedPropertiesAsync(patch, ct));
            }
            catch (HubException e) when (e.Code.HttpStatus is 400 or 413)
            {
                Log.PatchRefused(logger, moduleId, e.Message);
                cache.Sent(moduleId, taken: false, null);
            }
            catch (Exception e) when (e is HubException or ModuleConnectException or ObjectDisposedException)
            {
                Log.UpstreamAway(logger, moduleId, e.Message);
                return false;
            }
        }

        return true;
    }
}
