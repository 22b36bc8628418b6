using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.EdgeModule.Identity;

namespace MtlSplit.IoT.EdgeModule;

/// <summary>Adds a module client to a process.</summary>
public static class EdgeModuleServices
{
    /// <summary>
    /// Adds <see cref="IModuleClient"/>, one for the process, for the module that the environment names. Settings and environment are checked
    /// when the host starts; the connection opens with the first call, or <see cref="IModuleClient.OpenAsync"/>.
    /// </summary>
    /// <param name="services">The process's services. A <see cref="TimeProvider"/> among them is the clock.</param>
    /// <param name="configure">Changes settings; null: none.</param>
    /// <param name="environment">The variables; null: this process's own.</param>
    /// <returns>The settings, to be bound or configured further.</returns>
    public static OptionsBuilder<ModuleClientOptions> AddEdgeModule(
        this IServiceCollection services, Action<ModuleClientOptions>? configure = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => ModuleClient.FromEnvironment(
            environment ?? ModuleEnvironment.OfProcess(),
            provider.GetRequiredService<IOptions<ModuleClientOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ModuleClient>>()));
        services.TryAddSingleton<IModuleClient>(provider => provider.GetRequiredService<ModuleClient>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ModuleClientOptions>>(new EdgeModuleValidator(environment)));
        var options = services.AddOptions<ModuleClientOptions>().ValidateOnStart();
        return configure is null ? options : options.Configure(configure);
    }
}
