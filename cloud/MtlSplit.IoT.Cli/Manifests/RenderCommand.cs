using System.CommandLine;
using MtlSplit.IoT.Cli.Bundles;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Archives;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Contracts.Twins;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Cli.Manifests;

/// <summary><c>mtlsplit manifest render</c>: a bundle becomes a deployment, once every head that it needs is warm.</summary>
internal static class RenderCommand
{
    public static Command Create()
    {
        var template = new Option<string>("--template") { HelpName = "FILE", Description = "A manifest with a section for the module 'backbone', such as deployment-manifests/backbone.canary.json.", Required = true };
        var bundle = new Option<string>("--bundle") { HelpName = "BUNDLE", Description = "The bundle: its folder or its archive.", Required = true };
        var source = new Option<string>("--source") { HelpName = "URL", Description = "Where vehicles fetch the bundle's archive: https:, http: or file:. One that ends in / is a folder, and the archive's name is added, as for 'mtlsplit hub --bundles': https://HUB:8443/bundles/.", Required = true };
        var fleet = new Option<string>("--fleet") { HelpName = "FLEET", Description = "Whose head consumers must be ready.", Required = true };
        var broker = new Option<string?>("--broker") { HelpName = "HOST:PORT", Description = "The fleet's broker; 127.0.0.1:1883 unless set elsewhere." };
        var settings = new Option<string?>("--settings") { HelpName = "FILE", Description = "A JSON file with settings; the section Bus holds credentials and TLS." };
        var wait = new Option<double>("--wait") { HelpName = "SECONDS", Description = "How long to wait for heads that are not warm yet.", DefaultValueFactory = _ => 0 };
        var without = new Option<string[]>("--without") { HelpName = "TASK/CONSUMER", Description = "A head consumer not to wait for, since it is gone for good. May be repeated." };
        var id = new Option<string?>("--id") { HelpName = "ID", Description = "The deployment's id; the template's and the release unless set, since a deployment's content never changes." };
        var priority = new Option<int?>("--priority") { HelpName = "N", Description = "The deployment's priority; the template's plus the release unless set, so that a later release wins." };
        var condition = new Option<string?>("--target-condition") { HelpName = "CONDITION", Description = "Which devices get it; the template's unless set." };
        var encoding = new Option<string?>("--encoding") { HelpName = "NAME", Description = "How features are encoded; the template's unless set." };
        var output = new Option<string?>("--out") { HelpName = "FILE", Description = "Where to write the manifest; standard output unless set." };
        broker.Refuse(v => v is null || BrokerAddress.TryParse(v, out _) ? null : $"--broker: '{v}' is not HOST:PORT, such as 127.0.0.1:1883.");
        wait.Refuse(v => v is >= 0 and <= 3600 ? null : "--wait: 0 to 3600 seconds are allowed.");
        fleet.Refuse(v => BusName.IsValid(v) ? null : $"--fleet: {new BusNameException("fleet", v).Message}");
        output.IsWrittenLast();
        var command = new Command(
            "render",
            "Write the deployment of a bundle. It is written only when every live head consumer of every task reports a warm head for the bundle's contract: no vehicle's features shall be stranded. Otherwise each task and consumer that is missing is named, and the exit code is 3.")
        {
            template, bundle, source, fleet, broker, settings, wait, without, id, priority, condition, encoding, output,
        };
        command.SetAction((parsed, ct) => RunAsync(
            new Request(
                parsed.GetValue(template)!, parsed.GetValue(bundle)!, parsed.GetValue(source)!, parsed.GetValue(fleet)!, TimeSpan.FromSeconds(parsed.GetValue(wait)),
                new HashSet<string>(parsed.GetValue(without) ?? [], StringComparer.Ordinal), parsed.GetValue(id), parsed.GetValue(priority), parsed.GetValue(condition), parsed.GetValue(encoding)),
            parsed.GetValue(broker), parsed.GetValue(settings), parsed.GetValue(output), ct));
        return command.WithExamples(
            "mtlsplit manifest render --template deployment-manifests/backbone.canary.json --bundle models/shapes3d-mobilenetv3-small/1 --source https://hub.example/bundles/1.zip --fleet north --broker 127.0.0.1:1883 --wait 30 --out canary.json",
            "mtlsplit manifest render --template deployment-manifests/backbone.json --bundle models/shapes3d-mobilenetv3-small/1 --source https://hub.local:8443/bundles/ --fleet north --out all.json");
    }

    private static async Task<int> RunAsync(Request request, string? broker, string? settings, string? output, CancellationToken ct)
    {
        using var signals = new StopSignals(ct);
        try
        {
            var template = ManifestFile.Read(request.Template);
            using var opened = OpenedBundle.Open(request.Bundle, trusted: null);
            var bundle = opened.Bundle;
            var rendered = Render(request, template, bundle);
            var bus = BusServices.ReadBusSettings(settings, BrokerAddress.TryParse(broker, out var address) ? address : null);
            string[] tasks = [.. bundle.Manifest.Tasks.Select(task => task.Name)];
            var missing = await WarmHeadsReader.WaitAsync(bus, request.Fleet, bundle.Contract, tasks, request.Without, request.Wait, TimeProvider.System, signals.Token);
            if (missing.Count > 0)
            {
                foreach (var line in missing)
                {
                    await Console.Error.WriteLineAsync($"refused: {line}");
                }

                await Console.Error.WriteLineAsync($"No manifest was written: vehicles would make features of {bundle.Contract.ShortForm} that not every task can read. 'mtlsplit bundle publish' offers a bundle's heads to the consumers.");
                return ExitCode.Refused;
            }

            if (output is null)
            {
                await Console.Out.WriteAsync(rendered.ToText());
            }
            else
            {
                await File.WriteAllTextAsync(output, rendered.ToText(), signals.Token);
                await Console.Error.WriteLineAsync($"{output}: {rendered.Id}, priority {rendered.Priority}, for {rendered.TargetCondition ?? "devices named by hand"}; {string.Join(" and ", tasks)} are warm for {bundle.Contract.ShortForm}");
            }

            return ExitCode.Done;
        }
        catch (SettingsException e)
        {
            return await CommandLine.RefuseAsync(e.Message);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("stopped; nothing was written");
        }
        catch (Exception e) when (e is ManifestException or BundleException or BusConnectException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
        }

        return ExitCode.Failed;
    }

    private static ManifestFile Render(Request request, ManifestFile template, Bundle bundle)
    {
        var release = bundle.Manifest.ReleaseCounter;
        var source = request.Source.EndsWith('/') ? request.Source + BundlePacker.FileName(bundle.Digest) : request.Source;
        var target = new BundleTarget { Source = source, Digest = bundle.Digest, Contract = bundle.Contract.ToString(), Release = release };
        if (request.Encoding is { } encoding && bundle.Descriptor.Encodings.All(variant => variant.Name != encoding))
        {
            throw new ManifestException(request.Bundle, "encodings", $"the contract does not list '{encoding}', only {string.Join(", ", bundle.Descriptor.Encodings.Select(variant => variant.Name))}");
        }

        var document = BackboneSections.Fill(template, target, request.Encoding is null ? null : new PublishTarget { Encoding = request.Encoding });
        if (document["content"] is not null)
        {
            document["id"] = request.Id ?? $"{template.Id ?? "backbone"}-r{release}";
            document["priority"] = request.Priority ?? (int)Math.Min(int.MaxValue, template.Priority + release);
            if (request.Condition is { } condition)
            {
                document["targetCondition"] = condition;
            }
        }
        else if (request.Id is not null || request.Priority is not null || request.Condition is not null)
        {
            throw new ManifestException(template.Path, "", "the template is bare content; --id, --priority and --target-condition need one with 'content'");
        }

        // A relative $schema is of the template's folder.
        document.Remove("$schema");
        return ManifestFile.Of(request.Template, document);
    }

    private sealed record Request(
        string Template, string Bundle, string Source, string Fleet, TimeSpan Wait, IReadOnlySet<string> Without, string? Id, int? Priority, string? Condition, string? Encoding);
}
