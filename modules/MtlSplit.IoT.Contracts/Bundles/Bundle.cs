using System.Security.Cryptography;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Contracts.Bundles;

/// <summary>
/// A bundle on disk whose every file has been checked against its manifest. Immutable; the folder is only read.
/// </summary>
public sealed class Bundle
{
    private Bundle(string folder, BundleManifest manifest, string digest)
    {
        Folder = folder;
        Manifest = manifest;
        Digest = digest;
        Contract = manifest.Descriptor.Contract;
    }

    /// <summary>The folder, as a full path.</summary>
    public string Folder { get; }

    /// <summary>What the manifest says.</summary>
    public BundleManifest Manifest { get; }

    /// <summary>The bundle's name: the SHA-256 of <c>model.json</c>, 64 hex digits.</summary>
    public string Digest { get; }

    /// <summary>The contract's descriptor.</summary>
    public FeatureDescriptor Descriptor => Manifest.Descriptor;

    /// <summary>The contract.</summary>
    public ContractId Contract { get; }

    /// <summary>Full path of the backbone's ONNX file.</summary>
    public string BackbonePath => PathOf(Manifest.Backbone);

    /// <summary>Opens a folder and checks everything in it.</summary>
    /// <exception cref="BundleException">The bundle may not be used; the message names the file and the reason.</exception>
    public static Bundle Open(string folder)
    {
        folder = Path.GetFullPath(folder);
        var manifestPath = Path.Combine(folder, BundleManifest.FileName);
        byte[] json;
        BundleManifest manifest;
        try
        {
            json = File.ReadAllBytes(manifestPath);
            manifest = BundleManifest.Parse(json);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BundleException(BundleFault.Missing, manifestPath, "there is no such file, so the folder is not a bundle", e);
        }
        catch (JsonException e)
        {
            throw new BundleException(BundleFault.BadManifest, manifestPath, e.Message, e);
        }

        foreach (var file in ManifestRules.Check(manifestPath, manifest).Values)
        {
            CheckFile(Path.Combine(folder, file.Path), file);
        }

        return new Bundle(folder, manifest, Convert.ToHexStringLower(SHA256.HashData(json)));
    }

    /// <summary>Full path of one of the bundle's files.</summary>
    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>The task with a name, or null.</summary>
    public BundleTask? FindTask(string name) => Array.Find(Manifest.Tasks, t => t.Name == name);

    private static void CheckFile(string path, BundleFile file)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length != file.Bytes)
            {
                throw new BundleException(BundleFault.BadDigest, path, $"{stream.Length} bytes long, the manifest says {file.Bytes}");
            }

            var digest = Convert.ToHexStringLower(SHA256.HashData(stream));
            if (digest != file.Sha256)
            {
                throw new BundleException(BundleFault.BadDigest, path, $"SHA-256 is {digest}, the manifest says {file.Sha256}");
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BundleException(BundleFault.Missing, path, "the manifest lists it, but it is not there", e);
        }
    }
}
