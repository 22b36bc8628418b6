using System.Text;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>What a module is made of. Immutable; compares by value.</summary>
/// <param name="Image">The image, <c>repository/image[:tag]</c>, trimmed.</param>
/// <param name="CreateOptions">The container's create options: the text of a JSON object, its pieces joined; null if there are none.</param>
/// <param name="Digest">The image's digest, for signed deployments; null if not given.</param>
public sealed record ModuleSettings(string Image, string? CreateOptions = null, string? Digest = null)
{
    /// <summary>The create options as an object; empty if there are none.</summary>
    public JsonObject ReadCreateOptions() => CreateOptions is null ? [] : HubJson.ParseObject(Encoding.UTF8.GetBytes(CreateOptions), "createOptions");

    /// <summary>The settings as a deployment has them, long create options cut into pieces.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["image"] = Image };
        CreateOptionsText.Write(json, CreateOptions ?? "");
        if (Digest is not null)
        {
            json["digest"] = Digest;
        }

        return json;
    }

    internal static ModuleSettings Read(StrictObject settings)
    {
        var image = settings.String("image").Trim();
        if (image.Length == 0 || image.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            throw settings.Fault("image", $"'{image}' is not an image such as registry.example/name:1.0.");
        }

        var read = new ModuleSettings(image, CreateOptionsText.Take(settings), settings.OptionalString("digest"));
        settings.End();
        return read;
    }
}
