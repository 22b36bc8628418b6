using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Hosting.Settings;

/// <summary>Checks every option that asked for it, before anything starts.</summary>
internal static class SettingsCheck
{
    /// <summary>
    /// The sections that some process of a fleet reads. One file, or one environment, may serve several processes, so each passes over what is
    /// for others and refuses what is for none.
    /// </summary>
    private static readonly string[] Known = ["Backbone", "Broker", "Bus", "Edge", "EdgeModule", "Frames", "HeadConsumer", "Hub", "Logging", "Process", "Recorder", "Registry"];

    /// <summary>What is wrong, one line each, naming the setting; empty where nothing is.</summary>
    public static IReadOnlyList<string> FindFaults(IServiceProvider services) =>
        [.. FindStrangers(services.GetRequiredService<IConfiguration>(), services.GetServices<SettingsSection>().Select(section => section.Top)), .. FindInvalid(services)];

    /// <summary>The sections that no process of a fleet reads, one line each.</summary>
    /// <param name="configuration">All settings.</param>
    /// <param name="own">The sections of this process.</param>
    public static IEnumerable<string> FindStrangers(IConfiguration configuration, IEnumerable<string> own)
    {
        string[] known = [.. own.Concat(Known).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];

        // A bare variable such as MTLSPLIT_HUB may be another program's; one with a section in it was meant for these.
        return configuration.GetChildren()
            .Where(child => child.Value is null && !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(child => $"There is no section '{child.Key}' of settings; there are {string.Join(", ", known)}.");
    }

    // Section by section, so that each says what is wrong with it, and where.
    private static IEnumerable<string> FindInvalid(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        return services.GetServices<SettingsSection>().SelectMany(section => FindInvalid(section, services, configuration)).Distinct(StringComparer.OrdinalIgnoreCase);
    }

    private static IReadOnlyList<string> FindInvalid(SettingsSection section, IServiceProvider services, IConfiguration configuration)
    {
        try
        {
            section.Read(services);
            return [];
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures];
        }
        catch (InvalidOperationException e)
        {
            return UnknownSettings.Name(section.Path, configuration, e);
        }
    }
}
