using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.Hosting.Telemetry;

namespace MtlSplit.IoT.Hosting.Running;

/// <summary>
/// Runs one process of the fleet from its flags to its exit code. Settings come from <c>appsettings.json</c> beside the
/// executable, then <c>MTLSPLIT_*</c> environment variables (<c>__</c> between levels), then the file named by
/// <c>--settings</c> (watched), then flags; later ones win. All options are checked before anything starts; an error names
/// the setting. SIGTERM and Ctrl-C stop the hosted services in reverse order within <c>Process:StopDeadline</c>. A
/// <see cref="BackgroundService"/> that fails stops the process with <see cref="ExitCode.Failed"/>; one that has done its work
/// calls <see cref="IHostApplicationLifetime.StopApplication"/>.
/// </summary>
/// <example>
/// A whole <c>Program.cs</c>:
/// <code>
/// return await FleetProcess.RunAsync(
///     args,
///     new FleetProcessInfo
///     {
///         Name = TelemetryNames.HeadConsumer,
///         Description = "Features become predictions.",
///         Examples = ["MtlSplit.IoT.HeadConsumer --fleet demo --task object_size --consumer a --broker 127.0.0.1:1883"],
///         Flags =
///         [
///             new("--fleet", "HeadConsumer:Fleet", "The fleet."),
///             new("--task", "HeadConsumer:Task", "The task."),
///             SettingFlag.Broker,
///         ],
///     },
///     static builder =>
///     {
///         builder.AddBusSettings();
///         builder.Services.AddSettings&lt;HeadConsumerOptions, HeadConsumerOptionsValidator&gt;("HeadConsumer").BindConfiguration("HeadConsumer", SettingsServices.Strictly);
///         builder.Services.AddHostedService&lt;HeadConsumerService&gt;();
///     });
/// </code>
/// </example>
public static class FleetProcess
{
    /// <summary>Runs the process until it has done its work, fails, or is asked to stop.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="info">Name, help and flags.</param>
    /// <param name="compose">Adds the process's options and hosted services. It runs once, after the flags are known.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static Task<int> RunAsync(string[] args, FleetProcessInfo info, Action<HostApplicationBuilder> compose)
    {
        var root = CommandLine.Root(info.Verb is null ? info.Name : "mtlsplit", info.Description);
        var command = info.Verb is null ? root : new Command(info.Verb, info.Description);
        var settings = new Option<string?>("--settings") { HelpName = "FILE", Description = "A JSON file with settings; changes to it take effect where a setting allows it." };
        command.Options.Add(settings);
        var flags = FlagOptions.AddTo(command, [.. info.Flags, SettingFlag.LogLevel]);
        command.SetAction((parsed, ct) => HostAsync(info, compose, parsed.GetValue(settings), flags.ReadFrom(parsed), ct));
        command.WithExamples([.. info.Examples]);
        if (info.Verb is not null)
        {
            root.Subcommands.Add(command);
        }

        return CommandLine.RunAsync(root, args);
    }

    private static async Task<int> HostAsync(
        FleetProcessInfo info, Action<HostApplicationBuilder> compose, string? settingsFile, IReadOnlyDictionary<string, string?> flags, CancellationToken ct)
    {
        IHost host;
        try
        {
            host = Build(info, compose, settingsFile, flags);
        }
        catch (SettingsException e)
        {
            return await CommandLine.RefuseAsync(e.Message);
        }

        using (host)
        {
            if (SettingsCheck.FindFaults(host.Services) is { Count: > 0 } faults)
            {
                return await CommandLine.RefuseAsync([.. faults.Select(fault => FlagNames.AddTo(fault, info.Flags))]);
            }

            return await RunAsync(host, host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(info.Name), ct);
        }
    }

    private static IHost Build(FleetProcessInfo info, Action<HostApplicationBuilder> compose, string? settingsFile, IReadOnlyDictionary<string, string?> flags)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = info.Name,
            ContentRootPath = AppContext.BaseDirectory,
            DisableDefaults = true,
        });
        var file = SettingsLayers.AddTo(builder.Configuration, AppContext.BaseDirectory, settingsFile, flags);
        ConsoleLog.AddTo(builder.Logging, builder.Configuration);
        OpenTelemetryExport.AddTo(builder, info.Name);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSettings<ProcessOptions, ProcessOptionsValidator>(ProcessOptions.Section).BindConfiguration(ProcessOptions.Section, SettingsServices.Strictly);
        builder.Services.AddHostedService<ParentWatch>();
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<ProcessOptions>>(static (host, process) =>
        {
            host.ShutdownTimeout = process.Value.StopDeadline;
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.StopHost;
        });
        compose(builder);
        var host = builder.Build();
        file?.ReportTo(host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(SettingsLayers).FullName!));
        return host;
    }

    private static async Task<int> RunAsync(IHost host, ILogger log, CancellationToken ct)
    {
        try
        {
            await host.StartAsync(ct);
            await host.WaitForShutdownAsync(ct);
        }
        catch (OperationCanceledException)
        {
            Log.StopTooSlow(log, host.Services.GetRequiredService<IOptions<ProcessOptions>>().Value.StopDeadline);
            return ExitCode.Failed;
        }
        catch (Exception e)
        {
            // The edge of the process: whatever it is, it is said once and becomes the exit code.
            Report(log, e);
            return ExitCode.Failed;
        }

        var failed = host.Services.GetServices<IHostedService>().OfType<BackgroundService>()
            .Select(service => service.ExecuteTask)
            .FirstOrDefault(task => task is { IsFaulted: true });
        if (failed is null)
        {
            return ExitCode.Done;
        }

        Report(log, failed.Exception!.InnerException!);
        return ExitCode.Failed;
    }

    private static void Report(ILogger log, Exception e)
    {
        switch (e)
        {
            case StartException:
                Log.Refused(log, e.Message);
                break;
            case OptionsValidationException invalid:
                Log.Refused(log, string.Join(' ', invalid.Failures));
                break;
            default:
                Log.Failed(log, e);
                break;
        }
    }
}
