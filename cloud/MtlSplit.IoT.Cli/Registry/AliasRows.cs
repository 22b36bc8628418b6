using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry;
using MtlSplit.IoT.Registry.Promoting;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary>Reads the aliases of a registry for listings.</summary>
internal static class AliasRows
{
    /// <summary>What is in effect everywhere. What does not read is said on standard error and left out.</summary>
    public static IReadOnlyList<(AliasKey Key, AliasRecord Record)> Read(ModelRegistry registry)
    {
        var rows = new List<(AliasKey, AliasRecord)>();
        foreach (var key in registry.AliasKeys())
        {
            try
            {
                if (registry.Aliases(key) is { } record)
                {
                    rows.Add((key, record));
                }
            }
            catch (RegistryException e)
            {
                RegistryCommand.Complain(e);
            }
        }

        return rows;
    }
}
