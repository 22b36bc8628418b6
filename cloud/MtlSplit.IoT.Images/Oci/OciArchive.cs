using System.Formats.Tar;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Images.Layers;

namespace MtlSplit.IoT.Images.Oci;

/// <summary>
/// Images as one file: an OCI image layout, and beside it the <c>manifest.json</c> by which engines older than that layout load the same blobs. The same
/// images give the same bytes.
/// </summary>
public static class OciArchive
{
    private const string IndexType = "application/vnd.oci.image.index.v1+json";

    /// <summary>What older engines call an image of several: they have one platform to a tag.</summary>
    /// <param name="tag">The tag of all.</param>
    /// <param name="image">The image.</param>
    /// <param name="alone">Whether it is the only one.</param>
    public static string TagOf(string tag, OciImage image, bool alone) => alone ? tag : $"{tag}-{image.Platform.Architecture}";

    /// <summary>Writes one, whole or not at all.</summary>
    /// <param name="file">The file; one that is there is replaced.</param>
    /// <param name="name">The images' name, without a tag.</param>
    /// <param name="tag">Their tag.</param>
    /// <param name="images">One for each platform.</param>
    /// <param name="time">The time that everything in it has.</param>
    /// <returns>The digest by which a registry would know them: of the only manifest, or of the index of several.</returns>
    public static string Write(string file, string name, string tag, IReadOnlyList<OciImage> images, DateTimeOffset time)
    {
        if (images.Count == 0 || images.Select(image => image.Platform).Distinct().Count() != images.Count)
        {
            throw new ImageException("An archive holds at least one image, and one for each platform.");
        }

        var alone = images.Count == 1;
        var blobs = new Dictionary<string, LayerEntry>(StringComparer.Ordinal);
        foreach (var image in images)
        {
            Keep(blobs, image.Config);
            Keep(blobs, image.Manifest);
            foreach (var layer in image.Layers)
            {
                blobs[ContentDigest.PathOf(layer.Digest)] = new LayerEntry(TarEntryType.RegularFile, LayerContent.ModeOf(false), 0, Source: layer.File);
            }
        }

        var manifests = new JsonArray([.. images.OrderBy(image => image.Platform.Architecture, StringComparer.Ordinal).Select(image => Describe(image, OciImage.Descriptor(OciImage.ManifestType, image.Digest, image.Manifest.Length)))]);
        JsonObject top;
        if (alone)
        {
            top = manifests[0]!.DeepClone().AsObject();
        }
        else
        {
            var all = OciImage.Utf8(new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = IndexType, ["manifests"] = manifests });
            Keep(blobs, all);
            top = OciImage.Descriptor(IndexType, ContentDigest.Of(all), all.Length);
        }

        var digest = top["digest"]!.GetValue<string>();
        top["annotations"] = new JsonObject { ["io.containerd.image.name"] = $"{name}:{tag}", ["org.opencontainers.image.ref.name"] = tag };
        var content = new LayerContent();
        foreach (var (path, blob) in blobs)
        {
            content.Add(path, blob);
        }

        content.AddFile("oci-layout", OciImage.Utf8(new JsonObject { ["imageLayoutVersion"] = "1.0.0" }));
        content.AddFile("index.json", OciImage.Utf8(new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = IndexType, ["manifests"] = new JsonArray(top) }));
        content.AddFile("manifest.json", OciImage.Utf8(new JsonArray([.. images.Select(image => new JsonObject
        {
            ["Config"] = ContentDigest.PathOf(image.Id),
            ["RepoTags"] = OciImage.Array([$"{name}:{TagOf(tag, image, alone)}"]),
            ["Layers"] = OciImage.Array(image.Layers.Select(layer => ContentDigest.PathOf(layer.Digest))),
        })])));
        var working = file + ".part";
        using (var stream = File.Create(working))
        {
            content.WriteTar(stream, time);
        }

        File.Move(working, file, overwrite: true);
        return digest;
    }

    private static JsonObject Describe(OciImage image, JsonObject descriptor)
    {
        descriptor["platform"] = new JsonObject { ["architecture"] = image.Platform.Architecture, ["os"] = "linux" };
        return descriptor;
    }

    private static void Keep(Dictionary<string, LayerEntry> blobs, byte[] content) =>
        blobs[ContentDigest.PathOf(ContentDigest.Of(content))] = new LayerEntry(TarEntryType.RegularFile, LayerContent.ModeOf(false), 0, content);
}
