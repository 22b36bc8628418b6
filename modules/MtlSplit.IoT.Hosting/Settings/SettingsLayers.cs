using System.Collections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;

namespace MtlSplit.IoT.Hosting.Settings;

/// <summary>Where settings come from, weakest first.</summary>
internal static class SettingsLayers
{
    private const string Prefix = "MTLSPLIT_";
    private const string OpenTelemetryPrefix = "OTEL_";

    /// <returns>The watched file, if there is one.</returns>
    /// <exception cref="SettingsException">A file is missing or does not parse.</exception>
    public static SettingsFile? AddTo(IConfigurationManager configuration, string baseFolder, string? settingsFile, IReadOnlyDictionary<string, string?> flags)
    {
        var own = Path.Combine(baseFolder, "appsettings.json");
        Read(own, () => configuration.AddJsonFile(own, optional: true, reloadOnChange: false));
        configuration.AddInMemoryCollection(OpenTelemetryVariables());
        configuration.AddEnvironmentVariables(Prefix);
        SettingsFile? watched = null;
        if (settingsFile is not null)
        {
            var path = Path.GetFullPath(settingsFile);
            var folder = Path.GetDirectoryName(path);
            if (!Directory.Exists(folder) || !File.Exists(path))
            {
                throw new SettingsException($"--settings: there is no file {path}.");
            }

            watched = new SettingsFile
            {
                Path = Path.GetFileName(path),
                FileProvider = new PhysicalFileProvider(folder),
                Optional = false,
                ReloadOnChange = true,
                ReloadDelay = 50,
            };
            Read(path, () => configuration.Add(watched));
        }

        configuration.AddInMemoryCollection(flags);
        return watched;
    }

    private static void Read(string path, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"{path}: {Innermost(e).Message}", e);
        }
    }

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;

    // OpenTelemetry reads its own variables, with their full names, from the same configuration.
    private static IEnumerable<KeyValuePair<string, string?>> OpenTelemetryVariables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(v => ((string)v.Key).StartsWith(OpenTelemetryPrefix, StringComparison.Ordinal))
            .Select(v => KeyValuePair.Create((string)v.Key, (string?)v.Value));
}
