namespace MtlSplit.IoT.Hosting.Settings;

/// <summary>A section that some part of the process reads.</summary>
/// <param name="Path">Its path, names with colons between them.</param>
internal sealed record SettingsSection(string Path)
{
    /// <summary>The section's first name.</summary>
    public string Top => Path.Split(':')[0];
}
