using System.CommandLine;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Registry;
using MtlSplit.IoT.Registry.Announcing;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.SampleStore;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary><c>mtlsplit registry</c>: which heads there are, which of them answers, where each comes from.</summary>
internal static class RegistryCommand
{
    public static Command Create() => new Command("registry", "List heads, runs and bundles, see where each comes from, decide which head answers, and take back what was decided.")
    {
        ListCommand.Create(), ShowCommand.Create(), LineageCommand.Create(), PromoteCommand.Create(), RollbackCommand.Create(), CollectCommand.Create(), VerifyCommand.Create(), DeliverCommand.Create(),
    }
        .WithExamples("mtlsplit registry list --data data", "mtlsplit registry rollback --data data --fleet north --task object_size --why \"it calls vans cars\"");

    public static Option<string> DataOption() => new("--data") { HelpName = "DIR", Description = "The data folder; the registry is registry/ in it.", Required = true };

    public static Option<string?> TaskOption(string description = "Only of this task.")
    {
        var task = new Option<string?>("--task") { HelpName = "TASK", Description = description };
        task.Refuse(name => name is null || BusName.IsValid(name) ? null : new BusNameException("task", name).Message);
        return task;
    }

    public static Option<string?> FleetOption(string description)
    {
        var fleet = new Option<string?>("--fleet") { HelpName = "FLEET", Description = description };
        fleet.Refuse(name => name is null || BusName.IsValid(name) ? null : new BusNameException("fleet", name).Message);
        return fleet;
    }

    public static Option<string?> ContractOption(string description = "Only of this contract.") => new("--contract") { HelpName = "fc-…", Description = description };

    public static Option<string?> TrustOption() => new("--trust") { HelpName = "PATH", Description = "A public key, PEM, or a folder of them: only what one of them signed may answer. Otherwise the keys in registry/trusted/, if there are any." };

    public static Option<string> WhyOption() => new("--why") { HelpName = "TEXT", Description = "Why; it stays in the history.", DefaultValueFactory = _ => "by hand" };

    public static Option<string> ByOption() => new("--by") { HelpName = "NAME", Description = "Who; it stays in the history.", DefaultValueFactory = _ => Environment.UserName };

    public static Option<bool> JsonOption(string description = "Print the outcome as JSON.") => new("--json") { Description = description };

    /// <summary>Opens the registry of a data folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static ModelRegistry Open(string data, string? trust = null)
    {
        Quarantine.QuarantineCommand.Check(data);
        return new ModelRegistry(data, TimeProvider.System, trust is null ? null : TrustedKeys.Load(trust));
    }

    /// <summary>Changes the registry of a data folder, and tells whom its settings name. Whoever is away is told later; the change holds all the same.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="SettingsException">The registry's settings do not read.</exception>
    public static async Task ChangeAsync(string data, string? trust, Action<ModelRegistry> change, CancellationToken ct)
    {
        Quarantine.QuarantineCommand.Check(data);
        await using var announcer = OpenAnnouncer(data);
        change(new ModelRegistry(data, TimeProvider.System, trust is null ? null : TrustedKeys.Load(trust), announcer.Log));
        await DeliverAsync(announcer, ct);
    }

    /// <summary>Opens whom the registry of a data folder tells.</summary>
    public static RegistryAnnouncer OpenAnnouncer(string data) => RegistryAnnouncer.Open(data, TimeProvider.System, new Random(Environment.ProcessId));

    /// <summary>Delivers what waits, and says what does not get there.</summary>
    public static async Task<IReadOnlyList<DeliveryReport>> DeliverAsync(RegistryAnnouncer announcer, CancellationToken ct)
    {
        var reports = await announcer.DeliverAsync(ct);
        foreach (var complaint in reports.Select(report => report.Complaint).OfType<string>())
        {
            await Console.Error.WriteLineAsync($"warning: {complaint}");
        }

        return reports;
    }

    /// <summary>Makes work the action of a command: what its user can cure becomes a line, and an exit code that says whether it failed or was refused.</summary>
    public static void Does(this Command command, Func<ParseResult, CancellationToken, Task<int>> work) => command.SetAction(async (parsed, cancellation) =>
    {
        using var signals = new StopSignals(cancellation);
        try
        {
            return await work(parsed, signals.Token);
        }
        catch (RegistryException e)
        {
            await Console.Error.WriteLineAsync($"{(e.Fault.IsRefusal() ? "refused" : "error")}: {e.Fault.Code()}: {e.Message}");
            return e.Fault.IsRefusal() ? ExitCode.Refused : ExitCode.Failed;
        }
        catch (SettingsException e)
        {
            return await CommandLine.RefuseAsync(e.Message);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("stopped");
            return ExitCode.Failed;
        }
        catch (Exception e) when (e is KeyException or SampleStoreException or BusConnectException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return ExitCode.Failed;
        }
    });

    /// <summary>The same for work that never waits.</summary>
    public static void Does(this Command command, Func<ParseResult, int> work) => command.Does((parsed, _) => Task.FromResult(work(parsed)));

    /// <summary>Says which document does not read; the others are shown all the same.</summary>
    public static void Complain(RegistryException damaged) => Console.Error.WriteLine($"warning: {damaged.Fault.Code()}: {damaged.Message}");

    /// <summary>Who and why, as given.</summary>
    public static ChangeReason Reason(ParseResult parsed, Option<string> by, Option<string> why) => new(parsed.GetValue(by)!, parsed.GetValue(why)!);
}
