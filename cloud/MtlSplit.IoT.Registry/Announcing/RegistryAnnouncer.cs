using Microsoft.Extensions.Configuration;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>
/// Tells of the registry's changes whom its settings name: <c>settings.json</c> in its folder. Changes wait on disk, in order and for each receiver
/// apart, until they are delivered: right after the change by the process that made it, or later by any that delivers. Delivery is at least once;
/// an event that comes twice has the same id.
/// </summary>
public sealed class RegistryAnnouncer : IAsyncDisposable
{
    private readonly EventQueue _queue;
    private readonly IReadOnlyList<IEventReceiver> _receivers;

    private RegistryAnnouncer(EventQueue queue, IReadOnlyList<IEventReceiver> receivers) => (_queue, _receivers) = (queue, receivers);

    /// <summary>Where the registry puts its changes.</summary>
    public IChangeLog Log => _queue;

    /// <summary>Reads the settings. Without a file nobody is told, and nothing waits.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="jitter">Spreads the pauses between attempts.</param>
    /// <exception cref="SettingsException">The file does not read, or a setting in it cannot be; the message names it.</exception>
    public static RegistryAnnouncer Open(string dataFolder, TimeProvider time, Random jitter)
    {
        var file = Path.Combine(new RegistryFolder(dataFolder).Root, RegistrySettings.FileName);
        var receivers = new List<IEventReceiver>();
        var settings = new RegistrySettings();
        if (File.Exists(file))
        {
            CommandSettings.Read(RegistrySettings.Section, file, new Dictionary<string, string?>(), section => section.Bind(settings, SettingsServices.Strictly));
            if (settings.Faults().ToArray() is { Length: > 0 } faults)
            {
                throw new SettingsException($"{file}: {string.Join(' ', faults)}");
            }

            if (settings.Bus)
            {
                receivers.Add(new BusReceiver(BusServices.ReadBusSettings(file, null), time));
            }

            receivers.AddRange(settings.Webhooks.Select(webhook => new WebhookReceiver(webhook, time, jitter)));
        }

        return new RegistryAnnouncer(new EventQueue(dataFolder, [.. receivers.Select(receiver => receiver.Name)], settings.MaxWaiting, DiskFileSystem.Instance, time), receivers);
    }

    /// <summary>Delivers what waits, to all receivers at once, until one is away or nothing waits for it.</summary>
    /// <param name="ct">Ends it; what was not delivered waits on.</param>
    public async Task<IReadOnlyList<DeliveryReport>> DeliverAsync(CancellationToken ct) => await Task.WhenAll(_receivers.Select(receiver => DeliverAsync(receiver, ct)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var receiver in _receivers)
        {
            await receiver.DisposeAsync();
        }
    }

    private async Task<DeliveryReport> DeliverAsync(IEventReceiver receiver, CancellationToken ct)
    {
        var (sent, refused, why) = (0, 0, (string?)null);
        if (_queue.Waiting(receiver.Name).Count > 0)
        {
            try
            {
                // Two who deliver at once would send everything twice, and out of order.
                using var turn = FolderLock.Take(_queue.FolderOf(receiver.Name));
                while (_queue.Waiting(receiver.Name) is [var oldest, ..])
                {
                    if (_queue.Read(oldest) is { } change)
                    {
                        var (outcome, reason) = await receiver.SendAsync(RegistryEvent.Of(change), ct);
                        why = reason ?? why;
                        if (outcome == SendOutcome.Away)
                        {
                            break;
                        }

                        sent += outcome == SendOutcome.Sent ? 1 : 0;
                        refused += outcome == SendOutcome.Refused ? 1 : 0;
                    }

                    _queue.Remove(oldest);
                }
            }
            catch (FolderInUseException e)
            {
                why = $"{e.Holder} is delivering";
            }
        }

        return new DeliveryReport(receiver.Name, sent, refused, _queue.Waiting(receiver.Name).Count, _queue.Dropped(receiver.Name), why);
    }
}
