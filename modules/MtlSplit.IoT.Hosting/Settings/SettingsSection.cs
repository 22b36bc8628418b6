namespace MtlSplit.IoT.Hosting.Settings;

/// <summary>A section that some part of the process reads.</summary>
/// <param name="Path">Its path, names with colons between them.</param>
/// <param name="Read">Binds and validates it; throws where that fails.</param>
internal sealed record SettingsSection(string Path, Action<IServiceProvider> Read)
{
    /// <summary>The section's first name.</summary>
    public string Top => Path.Split(':')[0];
}
