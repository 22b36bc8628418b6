using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Hosting.Settings;

/// <summary>Checks every option that asked for it, before anything starts.</summary>
internal static partial class SettingsCheck
{
    /// <summary>
    /// The sections that some process of a fleet reads. One file, or one environment, may serve several processes, so each passes over what is
    /// for others and refuses what is for none.
    /// </summary>
    private static readonly string[] Known = ["Backbone", "Broker", "Bus", "Edge", "Frames", "HeadConsumer", "Hub", "Logging", "Process", "Recorder"];


    /// <summary>What is wrong, one line each, naming the setting; empty where nothing is.</summary>
    public static IReadOnlyList<string> FindFaults(IServiceProvider services) => [.. FindStrangers(services), .. FindInvalid(services)];

    // A bare variable such as MTLSPLIT_HUB may be another program's; one with a section in it was meant for these.
    private static IEnumerable<string> FindStrangers(IServiceProvider services)
    {
        string[] known = [.. services.GetServices<SettingsSection>().Select(section => section.Top).Concat(Known).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
        return services.GetRequiredService<IConfiguration>().GetChildren()
            .Where(child => child.Value is null && !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(child => $"There is no section '{child.Key}' of settings; there are {string.Join(", ", known)}.");
    }

    private static IReadOnlyList<string> FindInvalid(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
            return [];
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures];
        }
        catch (AggregateException e)
        {
            return [.. e.Flatten().InnerExceptions.SelectMany(inner => inner is OptionsValidationException v ? v.Failures : [inner.Message])];
        }
        catch (InvalidOperationException e)
        {
            // The binder's: it names the setting, the value and the type it needs; of an item in a list only the inner one does.
            var fault = e;
            while (fault.InnerException is InvalidOperationException inner)
            {
                fault = inner;
            }

            return [UnknownSetting().Replace(fault.Message, "There is no setting ")];
        }
    }

    // What the binder says of a setting that it does not know speaks of its own options and of our types.
    [GeneratedRegex("^'ErrorOnUnknownConfiguration' was set .* were not found on the instance of [^ ]+: ")]
    private static partial Regex UnknownSetting();
}
