using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Hosting.Settings;

/// <summary>Checks every option that asked for it, before anything starts.</summary>
internal static partial class SettingsCheck
{
    /// <summary>What is wrong, one line each, naming the setting; empty where nothing is.</summary>
    public static IReadOnlyList<string> FindFaults(IServiceProvider services)
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
