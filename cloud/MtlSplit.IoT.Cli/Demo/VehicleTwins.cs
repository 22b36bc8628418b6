using System.Text.Json.Nodes;
using MtlSplit.IoT.Cli.Hubs;
using MtlSplit.IoT.Cli.Manifests;
using MtlSplit.IoT.Contracts.Twins;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>Reads from the hub what the vehicles' backbone modules report, again and again, as a fleet's operator would.</summary>
internal sealed class VehicleTwins : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);

    private readonly DemoHub _hub;
    private readonly DemoTally _tally;
    private readonly Action<string, string> _moduleDied;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    private VehicleTwins(DemoHub hub, DemoTally tally, Action<string, string> moduleDied, TimeProvider time)
    {
        (_hub, _tally, _moduleDied) = (hub, tally, moduleDied);
        _reading = ReadAsync(time);
    }

    /// <summary>Starts reading; whoever calls disposes.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="tally">Gets what modules report.</param>
    /// <param name="moduleDied">Gets the vehicle whose module ended without being asked to, and its exit code.</param>
    /// <param name="time">The clock.</param>
    public static VehicleTwins Start(DemoHub hub, DemoTally tally, Action<string, string> moduleDied, TimeProvider time) => new(hub, tally, moduleDied, time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ReadAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            try
            {
                await Task.WhenAll(DemoCast.VehicleNames.Select(ReadAsync));
            }
            catch (HubServiceException)
            {
                // The hub is away, or ends before this does; what is waited for has a limit of its own.
            }
        }
    }

    private async Task ReadAsync(string vehicle)
    {
        var reported = await _hub.Service.ReadReportedAsync(vehicle, BackboneSections.Module, _stop.Token);
        if (reported is not null && BackboneReported.TryParse(HubJson.ToUtf8(reported)) is { } read)
        {
            _tally.Take(vehicle, read);
        }

        // The runtime starts it again, as it should; a demonstration shall not need that.
        var agent = await _hub.Service.ReadReportedAsync(vehicle, "$edgeAgent", _stop.Token);
        if (agent?["modules"]?[BackboneSections.Module] is JsonObject module
            && (module["runtimeStatus"]?.ToString() is "backoff" or "failed" || module["restartCount"]?.ToString() is not (null or "0")))
        {
            _moduleDied(vehicle, module["exitCode"]?.ToString() ?? "?");
        }
    }
}
