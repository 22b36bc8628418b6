using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary><c>mtlsplit registry rollback</c>.</summary>
internal static class RollbackCommand
{
    public static Command Create()
    {
        var data = RegistryCommand.DataOption();
        var fleet = RegistryCommand.FleetOption("The fleet, where several have aliases.");
        var task = RegistryCommand.TaskOption("The task, where several have aliases.");
        var contract = RegistryCommand.ContractOption("The contract, where several have aliases.");
        var expect = new Option<string?>("--expect") { HelpName = "VERSION", Description = "Refuse if another head answers than this one." };
        var trust = RegistryCommand.TrustOption();
        var (by, why, json) = (RegistryCommand.ByOption(), RegistryCommand.WhyOption(), RegistryCommand.JsonOption());
        var command = new Command(
            "rollback",
            "Let the head before answer again, after its document, its ONNX file and its signature are checked. The one that answered becomes the one before, so that doing it twice changes nothing.\n\n"
            + "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused; the message says why.")
        {
            data, fleet, task, contract, expect, trust, by, why, json,
        };
        command.Does(async (parsed, ct) =>
        {
            await RegistryCommand.ChangeAsync(
                parsed.GetValue(data)!,
                parsed.GetValue(trust),
                registry =>
                {
                    var key = registry.FindAliases(parsed.GetValue(fleet), parsed.GetValue(task), parsed.GetValue(contract));
                    PromoteCommand.Show(registry.Rollback(key, RegistryCommand.Reason(parsed, by, why), parsed.GetValue(expect)), "", parsed.GetValue(json));
                },
                ct);
            return ExitCode.Done;
        });
        return command.WithExamples("mtlsplit registry rollback --data data --fleet north --task object_size --why \"it calls vans cars\"");
    }
}
