using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Settings;

namespace MtlSplit.IoT.Hosting.Bus;

/// <summary>Adds what a process needs to join the bus.</summary>
public static class BusServices
{
    /// <summary>
    /// Adds <see cref="BusSettings"/> from the section <c>Bus</c>, checked at start. The process makes its own connection from
    /// <see cref="BusSettings.ToOptions"/>, since only it knows its name and its will.
    /// </summary>
    /// <param name="builder">The process.</param>
    public static void AddBusSettings(this IHostApplicationBuilder builder) =>
        builder.Services.AddSettings<BusSettings, BusSettingsValidator>(BusSettings.Section).BindConfiguration(BusSettings.Section, SettingsServices.Strictly);

    /// <summary>Reads the section for a command that runs outside a host, from the same places in the same order.</summary>
    /// <param name="settingsFile">What <c>--settings</c> names; null: none.</param>
    /// <param name="broker">What <c>--broker</c> names; null: as set.</param>
    /// <exception cref="SettingsException">A file does not read, or a setting cannot be; the message names it.</exception>
    public static BusSettings ReadBusSettings(string? settingsFile, BrokerAddress? broker)
    {
        var flags = broker is null ? [] : new Dictionary<string, string?>
        {
            ["Bus:Host"] = broker.Host,
            ["Bus:Port"] = broker.Port.ToString(CultureInfo.InvariantCulture),
        };
        var settings = new BusSettings();
        CommandSettings.Read(BusSettings.Section, settingsFile, flags, section => section.Bind(settings, SettingsServices.Strictly));
        var checkedSettings = new PathNamingValidator<BusSettings>(BusSettings.Section, new BusSettingsValidator()).Validate(name: null, settings);
        return checkedSettings.Failed ? throw new SettingsException(checkedSettings.FailureMessage) : settings;
    }
}
