using System.Text.Json.Nodes;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>Puts layered deployments over a base deployment. Stateless; arguments are not changed.</summary>
public static class Layering
{
    /// <summary>
    /// Chooses among the deployments that target a device: the base deployment of the highest priority (of those the one made last), and
    /// every layered one whose priority is higher than the base's. Layers of one priority go in the order of their making, then of their ids.
    /// </summary>
    /// <returns>Null if none of them is a base deployment.</returns>
    /// <exception cref="DeploymentException">What they make together cannot be used; names the path.</exception>
    public static LayeringResult? Choose(IEnumerable<DeploymentLayer> targeting)
    {
        var inOrder = targeting.OrderBy(one => one.Priority).ThenBy(one => one.CreatedAt).ThenBy(one => one.Id, StringComparer.Ordinal).ToArray();
        if (inOrder.LastOrDefault(one => !one.Content.IsLayered) is not { } chosen)
        {
            return null;
        }

        var layers = inOrder.Where(one => one.Content.IsLayered && one.Priority > chosen.Priority).ToArray();
        return new LayeringResult(chosen, layers, Merge(chosen.Content, layers.Select(layer => layer.Content)));
    }

    /// <summary>
    /// Puts layers over a base deployment, the weakest first. A path replaces what lies there, null removes it, and the whole desired
    /// properties of an author's module replace what weaker layers and the base say of it.
    /// </summary>
    /// <exception cref="ArgumentException">The base is layered, or a layer is not.</exception>
    /// <exception cref="DeploymentException">What results cannot be used; names the path.</exception>
    public static DeploymentContent Merge(DeploymentContent baseContent, IEnumerable<DeploymentContent> layers)
    {
        if (baseContent.IsLayered)
        {
            throw new ArgumentException("A layered deployment cannot be the base of others.", nameof(baseContent));
        }

        var desired = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        Add(desired, baseContent);
        foreach (var layer in layers)
        {
            if (!layer.IsLayered)
            {
                throw new ArgumentException("A base deployment cannot be a layer over another.", nameof(layers));
            }

            Add(desired, layer);
        }

        // Read again as a whole: together, layers may exceed a limit or contradict the base's schema version.
        var modules = new JsonObject();
        foreach (var (name, section) in desired)
        {
            modules[name] = new JsonObject { [ModuleContent.FullKey] = section };
        }

        return DeploymentContent.Parse(new JsonObject { ["modulesContent"] = modules });
    }

    private static void Add(Dictionary<string, JsonObject> desired, DeploymentContent content)
    {
        foreach (var (name, module) in content.Modules)
        {
            desired[name] = module.ApplyTo(desired.GetValueOrDefault(name) ?? []);
        }
    }
}
