using Microsoft.Extensions.Configuration;

namespace MtlSplit.IoT.Hosting.Settings;

/// <summary>Settings for what runs outside a host, from the same places in the same order as a process's.</summary>
public static class CommandSettings
{
    /// <summary>Reads one section.</summary>
    /// <param name="section">The section's path.</param>
    /// <param name="settingsFile">The file, weaker than flags and stronger than the environment; null: none.</param>
    /// <param name="flags">Settings that flags stand for.</param>
    /// <param name="bind">
    /// Binds the section, <see cref="SettingsServices.Strictly"/>. The caller does it, so that the binder is generated in the caller's own project, as
    /// ahead-of-time compilation needs.
    /// </param>
    /// <exception cref="SettingsException">The file does not read, or a setting cannot be; the message names it.</exception>
    public static void Read(string section, string? settingsFile, IReadOnlyDictionary<string, string?> flags, Action<IConfigurationSection> bind)
    {
        ArgumentNullException.ThrowIfNull(bind);
        using var configuration = new ConfigurationManager();
        SettingsLayers.AddTo(configuration, AppContext.BaseDirectory, settingsFile, flags);
        if (SettingsCheck.FindStrangers(configuration, []).FirstOrDefault() is { } stranger)
        {
            throw new SettingsException(stranger);
        }

        try
        {
            bind(configuration.GetSection(section));
        }
        catch (InvalidOperationException e)
        {
            throw new SettingsException(string.Join(' ', UnknownSettings.Name(section, configuration, e)), e);
        }
    }
}
