using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Backbone.Control;
using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Frames;
using MtlSplit.IoT.Backbone.Frames.Shapes;
using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Backbone.Updating.Proving;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.EdgeModule.Identity;
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
        services.AddSingleton(static provider =>
        {
            var options = provider.GetRequiredService<IOptions<BackboneOptions>>().Value;
            return new LiveBackbone(options.Workers, options.Encoding, provider.GetRequiredService<BackboneCounters>(), provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<FrameLedger>();
        AddControl(services);
        services.AddHostedService<BackboneService>();
    }

    // The same program is a process of its own and an IoT Edge module; the agent tells a module so by its environment.
    private static void AddControl(IServiceCollection services)
    {
        if (ModuleEnvironment.IsMeant(ModuleEnvironment.OfProcess()))
        {
            services.AddEdgeModule().BindConfiguration("EdgeModule", SettingsServices.Strictly);
            services.AddSingleton<IValidateOptions<BackboneOptions>, ModuleRules>();
            services.AddSingleton<FieldObserver>();
            services.AddSingleton<IControl, ModuleControl>();
        }
        else
        {
            services.AddSingleton<IValidateOptions<BackboneOptions>, StandaloneRules>();
            services.AddSingleton<IControl, SettingsControl>();
        }
    }
}
