using System.CommandLine;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Messaging.Quarantine;

namespace MtlSplit.IoT.Cli.Quarantine;

/// <summary><c>mtlsplit quarantine replay</c>: publishes messages again where they were published.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("id") { HelpName = "ID...", Description = "The messages, as list names them; none: all that were not replayed yet.", Arity = ArgumentArity.ZeroOrMore };
        var data = QuarantineCommand.DataOption();
        var task = QuarantineCommand.TaskOption();
        var reason = new Option<string?>("--reason") { HelpName = "CODE", Description = "Only messages with this reason, such as no-head." };
        var broker = new Option<string?>("--broker") { HelpName = "HOST:PORT", Description = "The broker to publish to; 127.0.0.1:1883 unless set elsewhere." };
        var settings = new Option<string?>("--settings") { HelpName = "FILE", Description = "A JSON file with settings; the section Bus holds credentials and TLS." };
        broker.Refuse(v => v is null || BrokerAddress.TryParse(v, out _) ? null : $"--broker: '{v}' is not HOST:PORT, such as 127.0.0.1:1883.");
        var command = new Command(
            "replay",
            "Publish quarantined messages again, after the cause was cured. Every task's consumers get them; those that have answered a frame drop the repeat, and readers of predictions de-duplicate by key. A message that still cannot be read is quarantined anew.")
        {
            ids, data, task, reason, broker, settings,
        };
        command.SetAction((parsed, ct) => RunAsync(
            parsed.GetValue(ids)!, parsed.GetValue(data)!, parsed.GetValue(task), parsed.GetValue(reason), parsed.GetValue(broker), parsed.GetValue(settings), ct));
        return command.WithExamples("mtlsplit quarantine replay --data data --task object_size --reason no-head --broker 127.0.0.1:1883");
    }

    private static async Task<int> RunAsync(string[] texts, string data, string? task, string? reason, string? broker, string? settings, CancellationToken ct)
    {
        var wanted = new HashSet<QuarantineId>();
        foreach (var text in texts)
        {
            if (!QuarantineId.TryParse(text, out var id))
            {
                await Console.Error.WriteLineAsync($"error: '{text}' is not an id; 'mtlsplit quarantine list' shows them.");
                return ExitCode.BadUsage;
            }

            wanted.Add(id);
        }

        using var signals = new StopSignals(ct);
        try
        {
            QuarantineCommand.Check(data);
            var bus = BusServices.ReadBusSettings(settings, BrokerAddress.TryParse(broker, out var address) ? address : null);
            return await ReplayAsync(wanted, data, task, reason, bus, signals.Token);
        }
        catch (SettingsException e)
        {
            return await CommandLine.RefuseAsync(e.Message);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("stopped; what was published is marked, the rest is not");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BusConnectException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
        }

        return ExitCode.Failed;
    }

    private static async Task<int> ReplayAsync(HashSet<QuarantineId> wanted, string data, string? task, string? reason, BusSettings settings, CancellationToken ct)
    {
        await using var bus = await BriefConnection.OpenAsync(settings, "quarantine-replay", ct);

        // What comes in from here on is a consumer's answer to this replay.
        var before = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var (replayed, failed, all) = (0, 0, wanted.Count == 0);
        foreach (var (_, log) in QuarantineCommand.Open(data, task))
        {
            using (log)
            {
                var messages = log.Read(QuarantineCommand.Complain).Where(message => !message.Replayed && message.Entry.At <= before && (reason is null || message.Entry.Reason == reason));
                var inFlight = new Queue<(QuarantinedMessage Message, Task<PublishResult> Outcome)>();
                try
                {
                    foreach (var message in messages.Where(message => all || wanted.Remove(message.Id)))
                    {
                        var entry = message.Entry;
                        inFlight.Enqueue((message, await bus.PublishAsync(new BusMessage(entry.Topic, entry.Payload) { UserProperties = entry.UserProperties }, ct)));
                        if (inFlight.Count > settings.PublishWindow)
                        {
                            await SettleAsync(log, inFlight.Dequeue());
                        }
                    }
                }
                finally
                {
                    // After Ctrl-C too: what the broker has must be marked.
                    while (inFlight.TryDequeue(out var sent))
                    {
                        await SettleAsync(log, sent);
                    }
                }
            }
        }

        foreach (var missing in wanted)
        {
            failed++;
            await Console.Error.WriteLineAsync($"warning: {missing} is not there{(reason is null ? "," : $", has another reason than {reason},")} or was replayed before");
        }

        await bus.CloseAsync(TimeSpan.FromSeconds(5), CancellationToken.None);
        Console.WriteLine($"{replayed} replayed, {failed} not");
        return failed == 0 ? ExitCode.Done : ExitCode.Failed;

        async Task SettleAsync(QuarantineLog log, (QuarantinedMessage Message, Task<PublishResult> Outcome) sent)
        {
            var message = sent.Message;
            var result = await sent.Outcome;
            if (result.IsDelivered)
            {
                log.MarkReplayed(message.Id);
                replayed++;
            }
            else
            {
                failed++;
                await Console.Error.WriteLineAsync($"warning: {message.Id} stays in quarantine: {(result.Outcome == PublishOutcome.NoSubscriber ? $"nobody listens on {message.Entry.Topic}" : $"{result}")}");
            }
        }
    }
}
