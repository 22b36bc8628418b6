using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MtlSplit.IoT.Backbone.Frames;
using MtlSplit.IoT.Backbone.Frames.Shapes;
using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Hosting.Settings;

namespace MtlSplit.IoT.Backbone;

/// <summary>Composes the process.</summary>
internal static class BackboneServices
{
    public static void AddBackbone(this HostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<BackboneOptions, BackboneOptionsValidator>(BackboneOptions.Section).BindConfiguration(BackboneOptions.Section, SettingsServices.Strictly);
        services.AddSettings<FrameOptions, FrameOptionsValidator>(FrameOptions.Section).BindConfiguration(FrameOptions.Section, SettingsServices.Strictly);
        services.AddSettings<Shapes3DOptions, Shapes3DOptionsValidator>(Shapes3DOptions.Section).BindConfiguration(Shapes3DOptions.Section, SettingsServices.Strictly);
        services.AddLiveSettings<Shapes3DOptions>();
        services.AddSingleton(static _ =>
        {
            using var random = RandomNumberGenerator.Create();
            return FrameSession.Draw(random);
        });
        services.AddSingleton<BackboneCounters>();
        services.AddSingleton<FrameSources>();
        services.AddHostedService<BackboneService>();
    }
}
