using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Hosting.Bus;

/// <summary>A command's connection to the fleet's broker: it has a name of its own, and the broker keeps nothing of it.</summary>
public static class BriefConnection
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Connects. The caller disposes the connection.</summary>
    /// <param name="settings">The broker.</param>
    /// <param name="purpose">The first part of the client's name, for the broker's log.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <exception cref="IOException">The broker does not answer.</exception>
    /// <exception cref="BusConnectException">The broker refuses.</exception>
    public static async Task<BusConnection> OpenAsync(BusSettings settings, string purpose, CancellationToken ct)
    {
        var options = settings.ToOptions("");
        options.ClientId = $"{purpose}-{Guid.NewGuid():N}";
        options.SessionExpiry = TimeSpan.Zero;
        var bus = new BusConnection(options, TimeProvider.System, NullLogger.Instance);
        try
        {
            bus.Start();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(Limit);
            try
            {
                await bus.WhenConnectedAsync(limit.Token);
            }
            catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
            {
                throw new IOException($"The broker at {settings.Host}:{settings.Port} does not answer: {e.Message}", e);
            }

            return bus;
        }
        catch
        {
            await bus.DisposeAsync();
            throw;
        }
    }
}
