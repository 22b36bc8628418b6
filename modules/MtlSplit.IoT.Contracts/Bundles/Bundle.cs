using System.Security.Cryptography;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;

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

        CheckManifest(manifestPath, manifest);
        CheckFiles(folder, manifestPath, manifest);
        return new Bundle(folder, manifest, Convert.ToHexStringLower(SHA256.HashData(json)));
    }

    /// <summary>Full path of one of the bundle's files.</summary>
    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>The task with a name, or null.</summary>
    public BundleTask? FindTask(string name) => Array.Find(Manifest.Tasks, t => t.Name == name);

    private static void CheckManifest(string path, BundleManifest manifest)
    {
        if (manifest.Schema != BundleManifest.CurrentSchema)
        {
            throw new BundleException(BundleFault.BadManifest, path, $"schema is '{manifest.Schema}', expected '{BundleManifest.CurrentSchema}'");
        }

        try
        {
            manifest.Descriptor.Check();
        }
        catch (DescriptorException e)
        {
            throw new BundleException(BundleFault.BadContract, path, e.Message, e);
        }

        if (manifest.Contract != manifest.Descriptor.Contract.ToString())
        {
            throw new BundleException(BundleFault.BadContract, path, $"contract is {manifest.Contract}, but the descriptor's digest is {manifest.Descriptor.Contract}");
        }

        foreach (var task in manifest.Tasks)
        {
            if (!BusName.IsValid(task.Name))
            {
                throw new BundleException(BundleFault.BadManifest, path, new BusNameException("task", task.Name).Message);
            }

            if (task.Classes.Length < 2 || task.Classes.Distinct(StringComparer.Ordinal).Count() != task.Classes.Length)
            {
                throw new BundleException(BundleFault.BadManifest, path, $"task '{task.Name}' needs two or more different classes");
            }
        }

        if (manifest.Tasks.Length == 0 || manifest.Tasks.DistinctBy(t => t.Name).Count() != manifest.Tasks.Length)
        {
            throw new BundleException(BundleFault.BadManifest, path, "tasks must be one or more, each named once");
        }
    }

    private static void CheckFiles(string folder, string manifestPath, BundleManifest manifest)
    {
        var listed = new Dictionary<string, BundleFile>(StringComparer.Ordinal);
        foreach (var file in manifest.Files)
        {
            if (Path.IsPathRooted(file.Path) || file.Path.Contains('\\') || file.Path.Split('/').Any(part => part is "" or "." or ".."))
            {
                throw new BundleException(BundleFault.BadPath, manifestPath, $"'{file.Path}' is not a plain path below the bundle's folder");
            }

            if (!listed.TryAdd(file.Path, file))
            {
                throw new BundleException(BundleFault.UnlistedFile, manifestPath, $"'{file.Path}' is listed twice");
            }
        }

        string[] used =
        [
            manifest.Backbone,
            .. manifest.Tasks.Select(t => t.Head),
            .. manifest.Golden.SelectMany(g => new[] { g.Frame, g.Feature }),
        ];
        foreach (var file in used)
        {
            if (!listed.ContainsKey(file))
            {
                throw new BundleException(BundleFault.UnlistedFile, manifestPath, $"'{file}' is used but not listed under files");
            }
        }

        foreach (var file in listed.Values)
        {
            CheckFile(Path.Combine(folder, file.Path), file);
        }

        if (listed[manifest.Backbone].Sha256 != manifest.Descriptor.Backbone)
        {
            throw new BundleException(BundleFault.BadContract, manifestPath, "the descriptor names another backbone than the bundle holds");
        }
    }

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
