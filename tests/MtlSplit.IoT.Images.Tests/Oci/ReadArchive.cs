using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Xunit;

namespace MtlSplit.IoT.Images.Tests.Oci;

/// <summary>An archive as a reader sees it that knows the OCI's and Docker's documents and nothing of who wrote it. Reading checks every digest and size.</summary>
internal sealed class ReadArchive
{
    private readonly Dictionary<string, byte[]> _files = [];

    public ReadArchive(string file)
    {
        using var stream = File.OpenRead(file);
        using var tar = new TarReader(stream);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType == TarEntryType.RegularFile)
            {
                using var content = new MemoryStream();
                entry.DataStream?.CopyTo(content);
                _files.Add(entry.Name, content.ToArray());
            }
        }

        foreach (var (path, content) in _files.Where(one => one.Key.StartsWith("blobs/sha256/", StringComparison.Ordinal)))
        {
            Assert.Equal(Path.GetFileName(path), Convert.ToHexStringLower(SHA256.HashData(content)));
        }
    }

    public JsonNode Layout => Json("oci-layout");

    public JsonNode Index => Json("index.json");

    /// <summary>Docker's own list of images.</summary>
    public JsonArray Docker => Json("manifest.json").AsArray();

    public int Blobs => _files.Keys.Count(path => path.StartsWith("blobs/", StringComparison.Ordinal));

    public JsonNode Json(string path) => JsonNode.Parse(_files[path])!;

    /// <summary>The content that a descriptor names.</summary>
    public byte[] Follow(JsonNode descriptor)
    {
        var digest = descriptor["digest"]!.GetValue<string>();
        Assert.StartsWith("sha256:", digest, StringComparison.Ordinal);
        var content = _files[$"blobs/sha256/{digest["sha256:".Length..]}"];
        Assert.Equal(descriptor["size"]!.GetValue<long>(), content.Length);
        return content;
    }

    /// <summary>The document that a descriptor names.</summary>
    public JsonNode FollowJson(JsonNode descriptor) => JsonNode.Parse(Follow(descriptor))!;

    /// <summary>Checks an image from its manifest down, and gives what is in its layers.</summary>
    public List<TarEntry> EntriesOf(JsonNode manifest)
    {
        var config = FollowJson(manifest["config"]!);
        var diffs = config["rootfs"]!["diff_ids"]!.AsArray();
        var layers = manifest["layers"]!.AsArray();
        Assert.Equal(diffs.Count, layers.Count);
        List<TarEntry> entries = [];
        foreach (var (layer, diff) in layers.Zip(diffs))
        {
            Assert.Equal("application/vnd.oci.image.layer.v1.tar+gzip", layer!["mediaType"]!.GetValue<string>());
            using var plain = new MemoryStream();
            using (var gzip = new GZipStream(new MemoryStream(Follow(layer)), CompressionMode.Decompress))
            {
                gzip.CopyTo(plain);
            }

            Assert.Equal(diff!.GetValue<string>(), $"sha256:{Convert.ToHexStringLower(SHA256.HashData(plain.ToArray()))}");
            plain.Position = 0;
            using var tar = new TarReader(plain);
            while (tar.GetNextEntry(copyData: true) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }
}
