using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Topics;

namespace MtlSplit.IoT.Contracts.Bundles;

/// <summary>What a manifest must fulfil by itself, whatever lies beside it.</summary>
internal static class ManifestRules
{
    /// <summary>Checks all.</summary>
    /// <param name="path">The manifest's name in messages.</param>
    /// <param name="manifest">What was read.</param>
    /// <returns>The files by path.</returns>
    /// <exception cref="BundleException">A rule is broken.</exception>
    public static IReadOnlyDictionary<string, BundleFile> Check(string path, BundleManifest manifest)
    {
        if (manifest.Schema != BundleManifest.CurrentSchema)
        {
            throw new BundleException(BundleFault.BadManifest, path, $"schema is '{manifest.Schema}', expected '{BundleManifest.CurrentSchema}'");
        }

        CheckContract(path, manifest);
        CheckTasks(path, manifest);
        var listed = ListFiles(path, manifest);
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
                throw new BundleException(BundleFault.UnlistedFile, path, $"'{file}' is used but not listed under files");
            }
        }

        if (listed[manifest.Backbone].Sha256 != manifest.Descriptor.Backbone)
        {
            throw new BundleException(BundleFault.BadContract, path, "the descriptor names another backbone than the bundle holds");
        }

        return listed;
    }

    private static void CheckContract(string path, BundleManifest manifest)
    {
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
    }

    private static void CheckTasks(string path, BundleManifest manifest)
    {
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

            if (task.Field is { } field)
            {
                if (field.ClassShares.Length != task.Classes.Length)
                {
                    throw new BundleException(BundleFault.BadManifest, path, $"task '{task.Name}' has {task.Classes.Length} classes and {field.ClassShares.Length} ranges for their shares");
                }

                if (field.ClassShares.Append(field.TopProbability).Any(range => !(range.Low >= 0 && range.Low <= range.High && range.High <= 1)))
                {
                    throw new BundleException(BundleFault.BadManifest, path, $"a field range of task '{task.Name}' is not within 0 to 1");
                }
            }
        }

        if (manifest.Tasks.Length == 0 || manifest.Tasks.DistinctBy(t => t.Name).Count() != manifest.Tasks.Length)
        {
            throw new BundleException(BundleFault.BadManifest, path, "tasks must be one or more, each named once");
        }
    }

    private static Dictionary<string, BundleFile> ListFiles(string path, BundleManifest manifest)
    {
        var listed = new Dictionary<string, BundleFile>(StringComparer.Ordinal);
        // Two names that a file system without case takes for one would be one file there.
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { BundleManifest.FileName, SignatureFile.FileName };
        foreach (var file in manifest.Files)
        {
            if (!PlainPath.IsValid(file.Path))
            {
                throw new BundleException(BundleFault.BadPath, path, $"'{PlainPath.ForPeople(file.Path)}' is not a plain path below the bundle's folder");
            }

            if (!taken.Add(file.Path))
            {
                throw new BundleException(BundleFault.DuplicateFile, path, $"'{file.Path}' is listed twice");
            }

            if (file.Bytes < 0)
            {
                throw new BundleException(BundleFault.BadManifest, path, $"'{file.Path}' is said to have {file.Bytes} bytes");
            }

            listed.Add(file.Path, file);
        }

        foreach (var file in manifest.Files)
        {
            if (PlainPath.Above(file.Path).FirstOrDefault(taken.Contains) is { } folder)
            {
                throw new BundleException(BundleFault.BadPath, path, $"'{folder}' is a file, and a folder of '{file.Path}'");
            }
        }

        return listed;
    }
}
