using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Bundles.Signatures;

namespace MtlSplit.IoT.Contracts.Bundles.Archives;

/// <summary>
/// A bundle in one file, from a source that is not to be trusted. Opening reads directory, manifest and signatures and checks all that they
/// say, unpacking checks every byte; what is too much is refused before it is read. One caller at a time; the stream is the caller's.
/// </summary>
public sealed class BundleArchive
{
    private readonly Stream _stream;
    private readonly string _name;
    private readonly byte[] _json;
    private readonly byte[]? _signatures;
    private readonly IReadOnlyList<(ZipEntry Entry, BundleFile File)> _files;

    private BundleArchive(Stream stream, string name, byte[] json, byte[]? signatures, BundleManifest manifest, IReadOnlyList<string> signers, IReadOnlyList<(ZipEntry, BundleFile)> files)
    {
        (_stream, _name, _json, _signatures, _files) = (stream, name, json, signatures, files);
        (Manifest, Signers) = (manifest, signers);
        Digest = DigestOf(json);
    }

    /// <summary>The bundle's name: the SHA-256 of its <c>model.json</c>, 64 hex digits.</summary>
    public string Digest { get; }

    /// <summary>What the manifest says.</summary>
    public BundleManifest Manifest { get; }

    /// <summary>The ids of the trusted keys that signed it; empty where nobody asked.</summary>
    public IReadOnlyList<string> Signers { get; }

    /// <summary>Reads an archive's directory, manifest and signatures.</summary>
    /// <param name="stream">The archive; seekable, and left open. Must not change while this is used.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="digest">The bundle that it must be, 64 hex digits; null: any.</param>
    /// <param name="trusted">Who must have signed; null: signatures are not looked at.</param>
    /// <param name="limits">How much it may hold.</param>
    /// <exception cref="BundleException">It may not be used; the fault says why.</exception>
    public static BundleArchive Open(Stream stream, string name, string? digest, TrustedKeys? trusted, BundleLimits limits)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(limits);
        if (stream.Length > limits.MaxBytes + limits.Overhead)
        {
            throw new BundleException(BundleFault.TooLarge, name, $"it has {stream.Length} bytes; {limits.MaxBytes + limits.Overhead} are the most");
        }

        var entries = ZipDirectory.Read(stream, name, limits.MaxFiles + 2).ToDictionary(e => e.Path, StringComparer.Ordinal);
        var json = ReadWhole(stream, name, entries, BundleManifest.FileName, limits.MaxManifestBytes)
            ?? throw new BundleException(BundleFault.Missing, name, $"there is no {BundleManifest.FileName} in it, so it is no bundle");
        var signatures = ReadWhole(stream, name, entries, SignatureFile.FileName, SignatureFile.MaxBytes);
        if (digest is not null && DigestOf(json) != digest)
        {
            throw new BundleException(BundleFault.OtherBundle, name, $"it holds bundle {DigestOf(json)}, not {digest}");
        }

        // Nothing that the manifest says counts before somebody vouched for it.
        var signers = trusted?.Verify(json, signatures, name) ?? [];
        BundleManifest manifest;
        try
        {
            manifest = BundleManifest.Parse(json);
        }
        catch (JsonException e)
        {
            throw new BundleException(BundleFault.BadManifest, $"{name}/{BundleManifest.FileName}", e.Message, e);
        }

        var listed = ManifestRules.Check($"{name}/{BundleManifest.FileName}", manifest);
        return new BundleArchive(stream, name, json, signatures, manifest, signers, Match(name, entries, listed, limits));
    }

    /// <summary>Unpacks everything, the manifest last, and checks every length and digest on the way.</summary>
    /// <param name="create">Gives a new, empty file for a path below the bundle's folder, with forward slashes; it is flushed and disposed when it is complete.</param>
    /// <param name="cancellation">Stops between pieces of 64 KiB.</param>
    /// <exception cref="BundleException">A file is not what the manifest says. What was written so far is of no use.</exception>
    public void Extract(Func<string, Stream> create, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(create);
        foreach (var (entry, file) in _files)
        {
            using var target = create(file.Path);
            Unpack(entry, file, target, cancellation);
            target.Flush();
        }

        if (_signatures is not null)
        {
            Write(create, SignatureFile.FileName, _signatures);
        }

        Write(create, BundleManifest.FileName, _json);
    }

    private static string DigestOf(byte[] json) => Convert.ToHexStringLower(SHA256.HashData(json));

    private static void Write(Func<string, Stream> create, string path, byte[] content)
    {
        using var target = create(path);
        target.Write(content);
        target.Flush();
    }

    /// <summary>Every file that the manifest lists is there, as long as it says, and nothing else is.</summary>
    private static List<(ZipEntry Entry, BundleFile File)> Match(string name, Dictionary<string, ZipEntry> entries, IReadOnlyDictionary<string, BundleFile> listed, BundleLimits limits)
    {
        if (listed.Values.Aggregate(0.0, (sum, file) => sum + file.Bytes) > limits.MaxBytes)
        {
            throw new BundleException(BundleFault.TooLarge, name, $"its files have more than {limits.MaxBytes} bytes together");
        }

        if (entries.Keys.FirstOrDefault(path => !listed.ContainsKey(path) && path is not (BundleManifest.FileName or SignatureFile.FileName)) is { } unlisted)
        {
            throw new BundleException(BundleFault.UnlistedFile, name, $"'{unlisted}' is in it, but not in its manifest");
        }

        var files = new List<(ZipEntry, BundleFile)>(listed.Count);
        foreach (var file in listed.Values.OrderBy(f => f.Path, StringComparer.Ordinal))
        {
            if (!entries.TryGetValue(file.Path, out var entry))
            {
                throw new BundleException(BundleFault.Missing, name, $"the manifest lists '{file.Path}', but it is not there");
            }

            if (entry.Bytes != file.Bytes)
            {
                var fault = entry.Bytes > file.Bytes ? BundleFault.TooLarge : BundleFault.BadDigest;
                throw new BundleException(fault, name, $"'{file.Path}' has {entry.Bytes} bytes, the manifest says {file.Bytes}");
            }

            files.Add((entry, file));
        }

        return files;
    }

    private static byte[]? ReadWhole(Stream stream, string name, Dictionary<string, ZipEntry> entries, string path, int most)
    {
        if (!entries.TryGetValue(path, out var entry))
        {
            return null;
        }

        if (entry.Bytes > most)
        {
            throw new BundleException(BundleFault.TooLarge, name, $"'{path}' has {entry.Bytes} bytes; {most} are the most");
        }

        var content = new byte[entry.Bytes];
        using var source = Content(stream, entry);
        var read = ReadSome(source, content, name, path);
        return read == content.Length && !More(source) ? content : throw new BundleException(
            read < content.Length ? BundleFault.Truncated : BundleFault.TooLarge, name, $"what comes out of '{path}' is not the {entry.Bytes} bytes that the directory says");
    }

    private static Stream Content(Stream stream, ZipEntry entry)
    {
        var packed = new PartOfStream(stream, entry.Data, entry.Packed);
        return entry.Method == ZipFormat.Deflated ? new DeflateStream(packed, CompressionMode.Decompress) : packed;
    }

    private static bool More(Stream source)
    {
        try
        {
            return source.ReadByte() >= 0;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private static int ReadSome(Stream source, Span<byte> into, string name, string path)
    {
        try
        {
            return source.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw new BundleException(BundleFault.BadDigest, name, $"'{path}' is damaged: {e.Message}", e);
        }
    }

    private void Unpack(ZipEntry entry, BundleFile file, Stream target, CancellationToken cancellation)
    {
        using var source = Content(_stream, entry);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        var total = 0L;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = ReadSome(source, buffer, _name, file.Path);
            if (count == 0)
            {
                break;
            }

            total += count;
            // Deflate can make a thousand bytes of one; what the manifest says is all that is ever written.
            if (total > file.Bytes)
            {
                throw new BundleException(BundleFault.TooLarge, _name, $"more comes out of '{file.Path}' than the {file.Bytes} bytes that the manifest says");
            }

            hash.AppendData(buffer, 0, count);
            target.Write(buffer, 0, count);
        }

        if (total < file.Bytes)
        {
            throw new BundleException(BundleFault.Truncated, _name, $"only {total} bytes come out of '{file.Path}', the manifest says {file.Bytes}");
        }

        var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (digest != file.Sha256)
        {
            throw new BundleException(BundleFault.BadDigest, _name, $"SHA-256 of '{file.Path}' is {digest}, the manifest says {file.Sha256}");
        }
    }
}
