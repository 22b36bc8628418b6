using System.CommandLine;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Registry;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Registering;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary><c>mtlsplit registry promote</c>.</summary>
internal static class PromoteCommand
{
    private const string Nothing = "none";

    public static Command Create()
    {
        var name = new Argument<string>("head") { HelpName = "HEAD", Description = "The head's version or number, or the beginning of its digest; 'none' with --shadow takes the shadow away." };
        var data = RegistryCommand.DataOption();
        var fleet = RegistryCommand.FleetOption("The fleet; the only one that the registry knows, where it knows one.");
        var task = RegistryCommand.TaskOption("The task, where several have a head of this name.");
        var contract = RegistryCommand.ContractOption("The contract, where several have a head of this name.");
        var shadow = new Option<bool>("--shadow") { Description = "Watch it beside the one that answers, which stays." };
        var expect = new Option<string?>("--expect") { HelpName = "VERSION", Description = "Refuse if another head answers than this one, or 'none'." };
        var despite = new Option<bool>("--despite-gate") { Description = "Also if the gate of its retraining refused it." };
        var models = new Option<string?>("--models") { HelpName = "DIR", Description = "The consumers' bundles: where no alias was ever set, the head that answers is one of theirs, and becomes the one before." };
        var trust = RegistryCommand.TrustOption();
        var (by, why, json) = (RegistryCommand.ByOption(), RegistryCommand.WhyOption(), RegistryCommand.JsonOption());
        var command = new Command(
            "promote",
            "Let a head answer for a fleet, or watch it. Its document, its ONNX file and its signature are checked first; consumers load it, warm it and swap within a second.\n\n"
            + "Exit codes: 0 done (also where it answers already), 1 failed, 2 wrong usage, 3 refused; the message says why.")
        {
            name, data, fleet, task, contract, shadow, expect, despite, models, trust, by, why, json,
        };
        command.Does(async (parsed, ct) =>
        {
            await RegistryCommand.ChangeAsync(parsed.GetValue(data)!, parsed.GetValue(trust), registry => Change(registry, parsed), ct);
            return ExitCode.Done;
        });
        return command.WithExamples(
            "mtlsplit registry promote h3-6084063e1026 --data data --fleet north --expect h2-f3650e0be956 --why \"better at dusk\"",
            "mtlsplit registry promote 4 --task object_size --data data --fleet north --shadow");

        void Change(ModelRegistry registry, ParseResult parsed)
        {
            var reason = RegistryCommand.Reason(parsed, by, why);
            AliasChange? change;
            string said;
            if (parsed.GetValue(name) == Nothing && parsed.GetValue(shadow))
            {
                var aliases = registry.FindAliases(parsed.GetValue(fleet), parsed.GetValue(task), parsed.GetValue(contract));
                (change, said) = (registry.SetShadow(aliases, null, reason), $"no head is the shadow of {aliases}");
            }
            else
            {
                var head = registry.FindHead(parsed.GetValue(name)!, parsed.GetValue(contract), parsed.GetValue(task));
                var key = new AliasKey(FleetOf(registry, parsed.GetValue(fleet)), head.Contract, head.Manifest.Task);
                change = parsed.GetValue(shadow)
                    ? registry.SetShadow(key, head, reason)
                    : registry.Promote(key, head, reason, new PromotionOptions { Expected = parsed.GetValue(expect), DespiteGate = parsed.GetValue(despite), InUse = SeedOf(registry, key, parsed.GetValue(models)) });
                said = $"{head.Version} is the {(parsed.GetValue(shadow) ? "shadow" : "production")} of {key}";
            }

            Show(change, said, parsed.GetValue(json));
        }
    }

    /// <summary>Says what changed, or that nothing had to.</summary>
    public static void Show(AliasChange? change, string already, bool json)
    {
        if (json)
        {
            Console.WriteLine(change is null ? "{}" : JsonSerializer.Serialize(ChangeRow.Of(change), RegistryJson.Default.ChangeRow));
        }
        else if (change is null)
        {
            Console.WriteLine($"{already} already");
        }
        else
        {
            var row = ChangeRow.Of(change);
            Console.WriteLine($"{row.Alias} of {row.Task}, fleet {row.Fleet}, contract fc-{row.Contract[..12]}: {row.From ?? "none"} -> {row.To ?? "none"}");
        }
    }

    /// <summary>The head that answers where no alias was ever set; null where one was, or no bundle has one.</summary>
    private static RegisteredHead? SeedOf(ModelRegistry registry, AliasKey key, string? models) =>
        models is not null && registry.Aliases(key) is null && BundleCatalog.Load(models).Find(key.Contract) is { } bundle && bundle.FindTask(key.Task) is { } task
            ? registry.RegisterInitial(bundle, task)
            : null;

    private static string FleetOf(ModelRegistry registry, string? asked) => asked ?? (registry.AliasKeys().Select(key => key.Fleet).Distinct().ToArray() switch
    {
        [var one] => one,
        [] => throw new RegistryException(RegistryFault.Unknown, "fleet", "the registry knows none yet; say --fleet"),
        var several => throw new RegistryException(RegistryFault.Ambiguous, "fleet", $"there are {string.Join(", ", several)}; say --fleet"),
    });
}
