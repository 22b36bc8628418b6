namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>Who is told of the registry's changes. Section <c>Registry</c> of <c>settings.json</c> in the registry's folder: whoever changes it reads it.</summary>
public sealed class RegistrySettings
{
    /// <summary>The section's name.</summary>
    public const string Section = "Registry";

    /// <summary>The file's name in the registry's folder.</summary>
    public const string FileName = "settings.json";

    /// <summary>Whether events go onto the bus; where that is, the section <c>Bus</c> says.</summary>
    public bool Bus { get; set; }

    /// <summary>Who is told over HTTP.</summary>
    public List<WebhookSettings> Webhooks { get; set; } = [];

    /// <summary>Events that may wait for each of them; then the oldest is dropped and counted.</summary>
    public int MaxWaiting { get; set; } = 10_000;

    /// <summary>What is wrong with them, a line each; none: nothing.</summary>
    internal IEnumerable<string> Faults()
    {
        if (MaxWaiting is < 1 or > 1_000_000)
        {
            yield return $"{Section}:MaxWaiting: {MaxWaiting} is not between 1 and 1000000.";
        }

        for (var i = 0; i < Webhooks.Count; i++)
        {
            foreach (var fault in Webhooks[i].Faults().Select(fault => $"{Section}:Webhooks:{i}:{fault}"))
            {
                yield return fault;
            }

            if (Webhooks.Take(i).Any(other => string.Equals(other.Name, Webhooks[i].Name, StringComparison.OrdinalIgnoreCase)))
            {
                yield return $"{Section}:Webhooks:{i}:Name: '{Webhooks[i].Name}' stands twice.";
            }
        }
    }
}
