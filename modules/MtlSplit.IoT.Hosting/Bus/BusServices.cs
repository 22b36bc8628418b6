using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
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
        builder.Services.AddSettings<BusSettings, BusSettingsValidator>(BusSettings.Section).BindConfiguration(BusSettings.Section);
}
