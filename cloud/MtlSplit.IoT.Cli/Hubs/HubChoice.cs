using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.Cli.Hubs;

/// <summary>Which hub a command speaks with: its flags, and how the command ends when the hub cannot be spoken with.</summary>
internal sealed class HubChoice
{
    /// <summary>The environment variable that holds the hub's connection string, so that no key stands in a command line.</summary>
    public const string Variable = "MTLSPLIT_HUB";

    private readonly Option<string?> _hub = new("--hub")
    {
        HelpName = "CONNECTION",
        Description = $"The hub's connection string, of a policy that may write the registry; {Variable} in the environment unless set.",
    };

    private readonly Option<string?> _ca = new("--hub-ca")
    {
        HelpName = "FILE",
        Description = "Authorities that may have signed the hub's certificate, PEM; the machine's own unless set.",
    };

    /// <summary>Adds the flags to a command.</summary>
    public static HubChoice AddTo(Command command)
    {
        var choice = new HubChoice();
        command.Options.Add(choice._hub);
        command.Options.Add(choice._ca);
        return choice;
    }

    /// <summary>Does something with the hub.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="act">What; its result is the exit code.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(ParseResult parsed, Func<HubService, CancellationToken, Task<int>> act, CancellationToken ct)
    {
        if ((parsed.GetValue(_hub) ?? Environment.GetEnvironmentVariable(Variable)) is not { } hub)
        {
            return await CommandLine.RefuseAsync($"no hub: give --hub, or set {Variable} to its connection string.");
        }

        using var signals = new StopSignals(ct);
        HubService service;
        try
        {
            service = new HubService(HubConnectionString.Parse(hub), parsed.GetValue(_ca), TimeProvider.System);
        }
        catch (HubFormatException e)
        {
            return await CommandLine.RefuseAsync($"--hub: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            return await CommandLine.RefuseAsync($"--hub-ca: {e.Message}");
        }

        using (service)
        {
            try
            {
                return await act(service, signals.Token);
            }
            catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync("stopped; look into the hub whether it had arrived");
            }
            catch (Exception e) when (e is HubServiceException or IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync($"error: {e.Message}");
            }
        }

        return ExitCode.Failed;
    }
}
