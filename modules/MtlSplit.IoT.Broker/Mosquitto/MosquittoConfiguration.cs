using System.Globalization;
using System.Text;

namespace MtlSplit.IoT.Broker.Mosquitto;

/// <summary>Turns the committed configuration into one for a process with its own port and folder.</summary>
internal static class MosquittoConfiguration
{
    /// <summary>Writes the process's configuration and the files that belong to it. Returns the configuration's path.</summary>
    public static string Write(MosquittoOptions options, string folder, int port)
    {
        var template = options.ConfigurationFile
            ?? Path.Combine(AppContext.BaseDirectory, "deployment-manifests", "brokers", "mosquitto.conf");
        foreach (var (name, content) in options.Files)
        {
            File.WriteAllText(Path.Combine(folder, name), content);
        }

        KeyValuePair<string, string>[] own =
        [
            new("listener", string.Create(CultureInfo.InvariantCulture, $"{port} 127.0.0.1")),
            new("persistence_location", folder + "/"),

            // Started as root it would become another user, who cannot write here.
            new("user", Environment.UserName),
        ];
        var path = Path.Combine(folder, "mosquitto.conf");
        File.WriteAllText(path, Merge(File.ReadAllLines(template), [.. own, .. options.Overrides], folder));
        return path;
    }

    /// <summary>Replaces and adds settings. Lines of a setting that appears in both go where the first stood.</summary>
    public static string Merge(string[] lines, IReadOnlyList<KeyValuePair<string, string>> overrides, string folder)
    {
        var text = new StringBuilder();
        var replaced = overrides.Select(o => o.Key).ToHashSet(StringComparer.Ordinal);
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var name = line.Split(' ', 2)[0];
            if (!replaced.Contains(name))
            {
                text.AppendLine(line);
            }
            else if (written.Add(name))
            {
                Append(name);
            }
        }

        foreach (var name in overrides.Select(o => o.Key).Where(written.Add))
        {
            Append(name);
        }

        return text.ToString();

        void Append(string name)
        {
            foreach (var (_, value) in overrides.Where(o => o.Key == name && o.Value.Length > 0))
            {
                text.Append(name).Append(' ').AppendLine(value.Replace("{folder}", folder, StringComparison.Ordinal));
            }
        }
    }
}
