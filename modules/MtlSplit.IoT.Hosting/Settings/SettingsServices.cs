using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Hosting.Settings;

/// <summary>Adds options that are checked at start, with errors that name the setting by its path.</summary>
public static class SettingsServices
{
    /// <summary>How sections are bound: a setting that there is none of is a fault, since somebody meant something by it.</summary>
    public static void Strictly(BinderOptions binder) => binder.ErrorOnUnknownConfiguration = true;

    /// <summary>
    /// Adds options of one section. The caller binds them (<c>.BindConfiguration(section, SettingsServices.Strictly)</c>), so that the binder is
    /// generated in the caller's own project, as ahead-of-time compilation needs.
    /// </summary>
    /// <typeparam name="TOptions">The options.</typeparam>
    /// <typeparam name="TValidator">Their validator, written by <c>[OptionsValidator]</c> or by hand.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="section">The section's path.</param>
    public static OptionsBuilder<TOptions> AddSettings<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions,
        TValidator>(this IServiceCollection services, string section)
        where TOptions : class, new()
        where TValidator : class, IValidateOptions<TOptions>, new()
    {
        services.AddSingleton(new SettingsSection(section, static provider => _ = provider.GetRequiredService<IOptions<TOptions>>().Value));
        services.AddSingleton<IValidateOptions<TOptions>>(new PathNamingValidator<TOptions>(section, new TValidator()));
        return services.AddOptions<TOptions>().ValidateOnStart();
    }

    /// <summary>Offers the section's newest valid values to a running process: <see cref="LiveSettings{TOptions}"/>.</summary>
    /// <typeparam name="TOptions">Options added by <see cref="AddSettings"/>.</typeparam>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddLiveSettings<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(this IServiceCollection services)
        where TOptions : class, new() => services.AddSingleton<LiveSettings<TOptions>>();
}
