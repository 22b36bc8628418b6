using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Twins;

namespace MtlSplit.IoT.EdgeRuntime.Reporting;

/// <summary>
/// Brings a module's reported properties to what they should be, by differences from what the hub has. Only the newest state counts: while the
/// hub is away later ones replace earlier ones. Thread-safe.
/// </summary>
internal sealed class TwinReporter(IModuleClient client, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Channel<JsonObject> _wanted = Channel.CreateBounded<JsonObject>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly SemaphoreSlim _turn = new(1);
    private JsonObject? _known;

    /// <summary>The section should be this from now on. Returns at once.</summary>
    public void Report(JsonObject section) => _wanted.Writer.TryWrite(section);

    /// <summary>Reports until its token ends.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            var section = await _wanted.Reader.ReadAsync(ct);
            while (!await TrySendAsync(section, ct))
            {
                await Task.Delay(Pause, time, ct);
                section = _wanted.Reader.TryRead(out var newer) ? newer : section;
            }
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Sends a section once. False: the hub did not take it.</summary>
    public async Task<bool> TrySendAsync(JsonObject section, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            _known ??= (await client.GetTwinAsync(ct)).Reported;
            var patch = MergePatch.Between(_known, section);
            if (patch.Count > 0)
            {
                await client.UpdateReportedPropertiesAsync(patch, ct);
                _known = section;
            }

            return true;
        }
        catch (Exception e) when (e is HubException or FormatException or ModuleConnectException or ObjectDisposedException)
        {
            // The hub may have it or not: ask.
            _known = null;
            Log.ReportFailed(logger, client.State.ToString(), e.Message);
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }
}
