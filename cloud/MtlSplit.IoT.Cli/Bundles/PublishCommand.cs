using System.CommandLine;
using MtlSplit.IoT.Cli.Registry;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Archives;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Registry;
using MtlSplit.IoT.Registry.Promoting;

namespace MtlSplit.IoT.Cli.Bundles;

/// <summary><c>mtlsplit bundle publish</c>: offers a bundle's heads to the head consumers, before any vehicle has its backbone.</summary>
internal static class PublishCommand
{
    public static Command Create()
    {
        var folder = BundleCommand.BundleArgument();
        var data = new Option<string>("--data") { HelpName = "DIR", Description = "The data folder of the fleet's head consumers.", Required = true };
        var bundles = new Option<string?>("--bundles") { HelpName = "DIR", Description = "Put the bundle's archive into this folder too, from where vehicles fetch it: that of 'mtlsplit hub --bundles', for example." };
        var fleet = new Option<string>("--fleet") { HelpName = "FLEET", Description = "The fleet.", Required = true };
        var broker = new Option<string?>("--broker") { HelpName = "HOST:PORT", Description = "The fleet's broker; 127.0.0.1:1883 unless set elsewhere." };
        var settings = new Option<string?>("--settings") { HelpName = "FILE", Description = "A JSON file with settings; the section Bus holds credentials and TLS." };
        broker.Refuse(v => v is null || BrokerAddress.TryParse(v, out _) ? null : $"--broker: '{v}' is not HOST:PORT, such as 127.0.0.1:1883.");
        fleet.Refuse(v => BusName.IsValid(v) ? null : $"--fleet: {new BusNameException("fleet", v).Message}");
        var command = new Command(
            "publish",
            "Offer a bundle's heads to the fleet's head consumers: the heads go into the data folder, the contract's descriptor onto the bus, and every consumer warms its head. Vehicles are not touched; 'mtlsplit manifest render' is next. A head that the contract has already stays.")
        {
            folder, data, bundles, fleet, broker, settings,
        };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(folder)!, parsed.GetValue(data)!, parsed.GetValue(bundles), parsed.GetValue(fleet)!, parsed.GetValue(broker), parsed.GetValue(settings), ct));
        return command.WithExamples(
            "mtlsplit bundle publish models/shapes3d-mobilenetv3-small/1 --data /var/lib/mtlsplit --fleet north --broker 127.0.0.1:1883",
            "mtlsplit bundle publish dist/4ad8.mtlbundle --data /var/lib/mtlsplit --bundles /var/lib/mtlsplit/bundles --fleet north --broker 127.0.0.1:1883");
    }

    private static async Task<int> RunAsync(string folder, string data, string? bundles, string fleet, string? broker, string? settings, CancellationToken ct)
    {
        using var signals = new StopSignals(ct);
        try
        {
            using var opened = OpenedBundle.Open(folder, trusted: null);
            var bundle = opened.Bundle;
            var bus = BusServices.ReadBusSettings(settings, BrokerAddress.TryParse(broker, out var address) ? address : null);
            if (bundles is not null)
            {
                Console.WriteLine(Offer(opened, bundles));
            }

            await using var announcer = RegistryCommand.OpenAnnouncer(data);
            var registry = new ModelRegistry(data, TimeProvider.System, trusted: null, announcer.Log);
            registry.Register(bundle, opened.Signatures, fleet);
            foreach (var task in bundle.Manifest.Tasks)
            {
                Console.WriteLine($"{task.Name}: {registry.PublishInitial(fleet, bundle, task, new ChangeReason("mtlsplit bundle publish", $"the first head of bundle {bundle.Digest[..8]}")).Version}");
            }

            await AnnounceAsync(bundle, fleet, bus, signals.Token);
            await RegistryCommand.DeliverAsync(announcer, signals.Token);
            Console.WriteLine($"{bundle.Contract.ShortForm} is announced to {fleet}");
            return ExitCode.Done;
        }
        catch (SettingsException e)
        {
            return await CommandLine.RefuseAsync(e.Message);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("stopped; say it again to finish, nothing is done twice");
        }
        catch (Exception e) when (e is BundleException or RegistryException or KeyException or BusConnectException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
        }

        return ExitCode.Failed;
    }

    /// <summary>Puts the archive where vehicles fetch it; says where that is.</summary>
    private static string Offer(OpenedBundle opened, string folder)
    {
        var there = Path.Combine(Path.GetFullPath(folder), BundlePacker.FileName(opened.Bundle.Digest));
        if (opened.Signatures is null && File.Exists(there))
        {
            // A folder often carries no signatures, and the archive that was packed of it does.
            return $"{there}: it is there already, and stays";
        }

        var unsigned = opened.Signatures is null ? ": not signed, so no vehicle will install it" : "";
        return BundlePacker.Pack(opened.Bundle, opened.Signatures, folder) + unsigned;
    }

    private static async Task AnnounceAsync(Bundle bundle, string fleet, BusSettings settings, CancellationToken ct)
    {
        await using var bus = await BriefConnection.OpenAsync(settings, "bundle-publish", ct);

        var result = await await bus.PublishAsync(new BusMessage(DataTopics.Contract(fleet, bundle.Contract), bundle.Descriptor.ToCanonicalJson()) { Retain = true, ContentType = "application/json" }, ct);
        if (result.Outcome is not (PublishOutcome.Delivered or PublishOutcome.NoSubscriber))
        {
            throw new IOException($"The broker did not take the descriptor of {bundle.Contract.ShortForm}: {result}");
        }

        await bus.CloseAsync(TimeSpan.FromSeconds(5), CancellationToken.None);
    }
}
