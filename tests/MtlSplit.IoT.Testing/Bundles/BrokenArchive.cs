using System.Text;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Archives;
using MtlSplit.IoT.Contracts.Bundles.Signatures;

namespace MtlSplit.IoT.Testing.Bundles;

/// <summary>Archives of a bundle, each broken in one way, and what a reader must say to it.</summary>
public static class BrokenArchive
{
    private const uint SymbolicLink = 0xA1FF0000;
    private const uint Device = 0x21B60000;

    /// <summary>Every way, with its fault.</summary>
    public static IReadOnlyDictionary<string, BundleFault> Ways { get; } = new SortedDictionary<string, BundleFault>(StringComparer.Ordinal)
    {
        ["empty"] = BundleFault.NotAnArchive,
        ["a web page"] = BundleFault.NotAnArchive,
        ["cut at the end"] = BundleFault.Truncated,
        ["cut in half"] = BundleFault.Truncated,
        ["bytes missing in the middle"] = BundleFault.Truncated,
        ["bytes too many in the middle"] = BundleFault.NotAnArchive,
        ["a path that leaves the folder"] = BundleFault.BadPath,
        ["an absolute path"] = BundleFault.BadPath,
        ["a path with backslashes"] = BundleFault.BadPath,
        ["a path that ends in a dot-dot"] = BundleFault.BadPath,
        ["a path with a line break"] = BundleFault.BadPath,
        ["a symbolic link"] = BundleFault.Link,
        ["a device"] = BundleFault.Link,
        ["a Windows link"] = BundleFault.Link,
        ["a name twice"] = BundleFault.DuplicateFile,
        ["a name twice but for case"] = BundleFault.DuplicateFile,
        ["an unlisted file"] = BundleFault.UnlistedFile,
        ["a folder"] = BundleFault.UnlistedFile,
        ["a missing file"] = BundleFault.Missing,
        ["no manifest"] = BundleFault.Missing,
        ["a manifest that is none"] = BundleFault.BadManifest,
        ["a manifest of a gigabyte"] = BundleFault.TooLarge,
        ["a bomb that says so"] = BundleFault.TooLarge,
        ["a bomb that hides it"] = BundleFault.TooLarge,
        ["a bomb in the manifest"] = BundleFault.TooLarge,
        ["files beyond number"] = BundleFault.TooLarge,
        ["a manifest that lists too many bytes"] = BundleFault.TooLarge,
        ["a manifest that lists a path that leaves"] = BundleFault.BadPath,
        ["a flipped bit"] = BundleFault.BadDigest,
        ["a shorter file"] = BundleFault.BadDigest,
        ["a packed file that is damaged"] = BundleFault.BadDigest,
        ["a packed file that ends early"] = BundleFault.Truncated,
        ["an encrypted file"] = BundleFault.NotAnArchive,
        ["an unknown packing"] = BundleFault.NotAnArchive,
        ["two files in one place"] = BundleFault.NotAnArchive,
        ["two names of one file"] = BundleFault.NotAnArchive,
        ["sizes beyond 4 GiB"] = BundleFault.NotAnArchive,
        ["no signature"] = BundleFault.Unsigned,
        ["a stranger's signature"] = BundleFault.UnknownKey,
        ["the signature of another manifest"] = BundleFault.BadSignature,
        ["a signature that is none"] = BundleFault.BadSignature,
        ["a signature file that is none"] = BundleFault.BadSignature,
        ["a manifest changed by a byte"] = BundleFault.BadSignature,
    };

    /// <summary>A whole archive.</summary>
    public static byte[] Whole(Bundle bundle, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        using var target = new MemoryStream();
        BundlePacker.Write(bundle, SignatureFile.Sign(null, key, File.ReadAllBytes(bundle.PathOf(BundleManifest.FileName))), target);
        return target.ToArray();
    }

    /// <summary>Makes one that is broken.</summary>
    /// <param name="way">One of <see cref="Ways"/>.</param>
    /// <param name="bundle">What it would hold.</param>
    /// <param name="key">Who signed; what is signed at all is signed rightly, so that the fault is the one that is meant.</param>
    public static byte[] Make(string way, Bundle bundle, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(key);
        var whole = Whole(bundle, key);
        var half = whole.Length / 2;
        var files = bundle.Manifest.Files.Select(f => new RawZipEntry(f.Path, File.ReadAllBytes(bundle.PathOf(f.Path)))).ToList();
        var json = File.ReadAllBytes(bundle.PathOf(BundleManifest.FileName));
        var big = files.FindIndex(f => f.Name == bundle.Manifest.Backbone);
        RawZipEntry evil = new("evil", [1, 2, 3]);
        return way switch
        {
            "empty" => [],
            "a web page" => Encoding.UTF8.GetBytes("<html><body>Please log in to the network.</body></html>"),
            "cut at the end" => whole[..^100],
            "cut in half" => whole[..half],
            "bytes missing in the middle" => [.. whole[..half], .. whole[(half + 10)..]],
            "bytes too many in the middle" => [.. whole[..half], 1, 2, 3, .. whole[half..]],
            "a path that leaves the folder" => With(evil with { Name = "../../evil" }),
            "an absolute path" => With(evil with { Name = "/etc/evil" }),
            "a path with backslashes" => With(evil with { Name = "..\\evil" }),
            "a path that ends in a dot-dot" => With(evil with { Name = "heads/.." }),
            "a path with a line break" => With(evil with { Name = "heads/a\nb" }),
            "a symbolic link" => With(evil with { Attributes = SymbolicLink, Content = Encoding.UTF8.GetBytes("/etc/passwd") }),
            "a device" => With(evil with { Attributes = Device, Content = [] }),
            "a Windows link" => With(evil with { Host = 10, Attributes = 0x400 }),
            "a name twice" => With(files[0]),
            "a name twice but for case" => With(files[0] with { Name = files[0].Name.ToUpperInvariant() }),
            "an unlisted file" => With(evil),
            "a folder" => With(new RawZipEntry("heads/", []) { Attributes = 0x41ED0010 }),
            "a missing file" => Zip(json, files[..^1]),
            "no manifest" => files.Aggregate(new RawZip(), (zip, file) => zip.Add(file)).ToArray(),
            "a manifest that is none" => Zip("{ \"name\": 7"u8.ToArray(), files),
            "a manifest of a gigabyte" => Raw(new RawZipEntry(BundleManifest.FileName, json) { Method = 8, Bytes = 1u << 30 }),
            "a bomb in the manifest" => Raw(new RawZipEntry(BundleManifest.FileName, new byte[4 << 20]) { Method = 8, Bytes = 1000 }),
            "a bomb that says so" => Replaced(files[big] with { Content = new byte[16 << 20], Method = 8 }),
            "a bomb that hides it" => Replaced(files[big] with { Content = new byte[16 << 20], Method = 8, Bytes = (uint)files[big].Content.Length }),
            "files beyond number" => Enumerable.Range(0, 5000).Aggregate(new RawZip(), (zip, n) => zip.Add(evil with { Name = $"f{n}" })).ToArray(),
            "a manifest that lists too many bytes" => Manifest(m => m with { Files = [.. m.Files, new BundleFile("huge", new string('0', 64), long.MaxValue)] }),
            "a manifest that lists a path that leaves" => Manifest(m => m with { Files = [.. m.Files, new BundleFile("../huge", new string('0', 64), 1)] }),
            "a flipped bit" => Replaced(files[big] with { Content = Flipped(files[big].Content) }),
            "a shorter file" => Replaced(files[big] with { Content = files[big].Content[..^1] }),
            "a packed file that is damaged" => Replaced(files[big] with { Method = 8, Damaged = true }),
            "a packed file that ends early" => Replaced(files[big] with { Content = files[big].Content[..^5], Method = 8, Bytes = (uint)files[big].Content.Length }),
            "an encrypted file" => Replaced(files[big] with { Flags = 1 }),
            "an unknown packing" => Replaced(files[big] with { Method = 12 }),
            "two files in one place" => With(evil with { SharesHeaderWithFirst = true }),
            "two names of one file" => Replaced(files[big] with { LocalName = "other.onnx" }),
            "sizes beyond 4 GiB" => Replaced(files[big] with { Bytes = uint.MaxValue, Packed = uint.MaxValue }),
            "no signature" => new[] { new RawZipEntry(BundleManifest.FileName, json) }.Concat(files).Aggregate(new RawZip(), (zip, file) => zip.Add(file)).ToArray(),
            "a stranger's signature" => Stranger(),
            "the signature of another manifest" => Signed(json, SignatureFile.Sign(null, key, [.. json, 32]).ToJson()),
            "a signature that is none" => Signed(json, new SignatureFile { Signatures = [new ManifestSignature(key.Id, ManifestSignature.EcdsaP256, [1, 2, 3])] }.ToJson()),
            "a signature file that is none" => Signed(json, "trust me"u8.ToArray()),
            "a manifest changed by a byte" => Signed(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json).Replace("\"releaseCounter\": ", "\"releaseCounter\": 9", StringComparison.Ordinal)), SignatureFile.Sign(null, key, json).ToJson()),
            _ => throw new ArgumentOutOfRangeException(nameof(way), way, "No such way."),
        };

        byte[] Raw(RawZipEntry manifest) => files.Aggregate(new RawZip().Add(manifest), (zip, file) => zip.Add(file)).ToArray();

        byte[] Signed(byte[] manifest, byte[] signatures) => files
            .Aggregate(new RawZip().Add(new RawZipEntry(BundleManifest.FileName, manifest)).Add(new RawZipEntry(SignatureFile.FileName, signatures)), (zip, file) => zip.Add(file)).ToArray();

        byte[] Zip(byte[] manifest, IEnumerable<RawZipEntry> rest) => rest
            .Aggregate(
                new RawZip().Add(new RawZipEntry(BundleManifest.FileName, manifest)).Add(new RawZipEntry(SignatureFile.FileName, SignatureFile.Sign(null, key, manifest).ToJson())),
                (zip, file) => zip.Add(file))
            .ToArray();

        byte[] With(RawZipEntry more) => Zip(json, files.Append(more));

        byte[] Replaced(RawZipEntry file) => Zip(json, files.Select(f => f.Name == bundle.Manifest.Backbone ? file : f));

        byte[] Manifest(Func<BundleManifest, BundleManifest> change) => Zip(change(bundle.Manifest).ToJson(), files);

        byte[] Stranger()
        {
            using var stranger = SigningKey.Create();
            return Signed(json, SignatureFile.Sign(null, stranger, json).ToJson());
        }
    }

    private static byte[] Flipped(byte[] content)
    {
        var copy = content.ToArray();
        copy[copy.Length / 2] ^= 1;
        return copy;
    }
}
