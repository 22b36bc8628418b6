using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Images.Layers;

namespace MtlSplit.IoT.Images.Oci;

/// <summary>An image for one platform: its layers, and the two documents that name them. Immutable.</summary>
public sealed class OciImage
{
    internal const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string ConfigType = "application/vnd.oci.image.config.v1+json";
    private const string LayerType = "application/vnd.oci.image.layer.v1.tar+gzip";

    private OciImage(Platform platform, IReadOnlyList<Layer> layers, byte[] config, byte[] manifest) => (Platform, Layers, Config, Manifest) = (platform, layers, config, manifest);

    /// <summary>What it runs on.</summary>
    public Platform Platform { get; }

    /// <summary>Its layers, the lowest first.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>By which an engine knows it: the digest of its configuration.</summary>
    public string Id => ContentDigest.Of(Config);

    /// <summary>By which a registry knows it: the digest of its manifest.</summary>
    public string Digest => ContentDigest.Of(Manifest);

    internal byte[] Config { get; }

    internal byte[] Manifest { get; }

    /// <summary>Puts one together.</summary>
    /// <param name="platform">What it runs on.</param>
    /// <param name="config">How its program runs.</param>
    /// <param name="layers">Its layers, the lowest first.</param>
    /// <param name="created">When it counts as made.</param>
    public static OciImage Of(Platform platform, ImageConfig config, IReadOnlyList<Layer> layers, DateTimeOffset created)
    {
        var time = Rfc3339(created);
        var document = Utf8(new JsonObject
        {
            ["created"] = time,
            ["architecture"] = platform.Architecture,
            ["os"] = "linux",
            ["config"] = new JsonObject
            {
                ["User"] = config.User,
                ["Env"] = Array(config.Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal).Select(variable => $"{variable.Key}={variable.Value}").Prepend("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")),
                ["Entrypoint"] = Array(config.Entrypoint),
                ["WorkingDir"] = config.WorkingFolder,
                ["Labels"] = new JsonObject(config.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => KeyValuePair.Create<string, JsonNode?>(label.Key, label.Value))),
            },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = Array(layers.Select(layer => layer.DiffId)) },
            ["history"] = new JsonArray([.. layers.Select(layer => new JsonObject { ["created"] = time, ["created_by"] = "mtlsplit image build", ["comment"] = layer.About })]),
        });
        var manifest = Utf8(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = Descriptor(ConfigType, ContentDigest.Of(document), document.Length),
            ["layers"] = new JsonArray([.. layers.Select(layer => Descriptor(LayerType, layer.Digest, layer.Size))]),
        });
        return new OciImage(platform, [.. layers], document, manifest);
    }

    internal static JsonObject Descriptor(string type, string digest, long size) => new() { ["mediaType"] = type, ["digest"] = digest, ["size"] = size };

    internal static byte[] Utf8(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            node.WriteTo(writer);
        }

        return buffer.ToArray();
    }

    internal static JsonArray Array(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    internal static string Rfc3339(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
