using System.Globalization;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>The version of a section's schema; the major one is always 1.</summary>
internal static class SchemaVersion
{
    public const string Field = "schemaVersion";

    /// <summary>Takes the version and gives its minor number.</summary>
    public static int Take(StrictObject section, int newestMinor)
    {
        var text = section.OptionalString(Field) ?? throw new DeploymentException(section.PathOf(Field), "is missing.", DeploymentException.UnknownSchema);
        var parts = text.Split('.');
        return parts.Length is 2 or 3 && parts[0] == "1" && (parts.Length == 2 || parts[2] == "0")
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor) && minor <= newestMinor
            // 1.01 is no version.
            && parts[1] == minor.ToString(CultureInfo.InvariantCulture)
            ? minor
            : throw new DeploymentException(section.PathOf(Field), $"'{text}' is not a known version; 1.0 to 1.{newestMinor} are.", DeploymentException.UnknownSchema);
    }
}
