using System.Text.Json.Nodes;
using MtlSplit.IoT.Contracts.Twins;
using MtlSplit.IoT.HubProtocol.Deployments;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.Cli.Manifests;

/// <summary>What deployments say to backbone modules, checked as the modules would read it.</summary>
internal static class BackboneSections
{
    /// <summary>The name of backbone modules in the manifests that come with the platform.</summary>
    public const string Module = "backbone";

    /// <summary>Refuses what a backbone module could not use.</summary>
    /// <exception cref="ManifestException">Names file and path.</exception>
    public static void Check(string file, DeploymentContent content)
    {
        if (!content.Modules.TryGetValue(Module, out var module))
        {
            return;
        }

        var section = module.ApplyTo([]);
        foreach (var (path, value) in module.Paths)
        {
            if (value is null && !path.Contains('.', StringComparison.Ordinal))
            {
                // What is removed must be something that there is.
                section[path] = null;
            }

            if (path.Contains('.', StringComparison.Ordinal) && path is not ("publish.encoding" or "publish.rate"))
            {
                // Two layers would mix: the digest of one, the address of the other.
                var whole = path[..path.IndexOf('.', StringComparison.Ordinal)];
                throw new ManifestException(file, $"modulesContent.{Module}.properties.desired.{path}", $"sets a part of {whole}; a layer sets it whole: properties.desired.{whole}");
            }
        }

        try
        {
            BackboneDesired.Parse(HubJson.ToUtf8(section));
        }
        catch (BackboneTwinException e)
        {
            // A layer sets parts, so the path begins with the part's own name there.
            var path = $"modulesContent.{Module}.properties.desired{(e.Path.Length == 0 ? "" : "." + e.Path)}";
            throw new ManifestException(file, path, e.Problem, e);
        }
    }

    /// <summary>Sets the bundle, and what is to be said of publishing, in a copy of a document.</summary>
    /// <param name="template">A manifest with a section for the backbone module.</param>
    /// <param name="bundle">The bundle.</param>
    /// <param name="publish">Publish settings to set; null: those of the template stay.</param>
    /// <exception cref="ManifestException">The template has no such section.</exception>
    public static JsonObject Fill(ManifestFile template, BundleTarget bundle, PublishTarget? publish)
    {
        if (!template.Content.Modules.TryGetValue(Module, out var module))
        {
            throw new ManifestException(template.Path, $"modulesContent.{Module}", "is missing; the template says which module gets the bundle");
        }

        var document = template.Document.DeepClone().AsObject();
        var content = (document["content"] as JsonObject ?? document)["modulesContent"]!.AsObject();
        var section = content[Module]!.AsObject();
        var wanted = new BackboneDesired { Bundle = bundle, Publish = publish }.ToJson();
        foreach (var (name, value) in HubJson.ParseObject(wanted, Module))
        {
            if (module.IsFull)
            {
                section["properties.desired"]!.AsObject()[name] = value?.DeepClone();
            }
            else
            {
                section[$"properties.desired.{name}"] = value?.DeepClone();
            }
        }

        return document;
    }
}
