using System.Globalization;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Images;
using MtlSplit.IoT.Images.Debian;
using MtlSplit.IoT.Images.Layers;
using MtlSplit.IoT.Images.Oci;
using MtlSplit.IoT.Images.Programs;

namespace MtlSplit.IoT.Cli.Images;

/// <summary>Builds an archive of the Backbone's images: libraries below, program above, for each platform.</summary>
/// <param name="request">What is to be built.</param>
/// <param name="time">The clock.</param>
/// <param name="say">Told what is being done.</param>
internal sealed class ImageBuild(ImageRequest request, TimeProvider time, Action<string> say)
{
    private const string Epoch = "SOURCE_DATE_EPOCH";
    private const string Project = "modules/MtlSplit.IoT.Backbone";
    private const string Program = "MtlSplit.IoT.Backbone";
    private const string KeysFolder = "etc/mtlsplit/keys";

    /// <summary>This product's version.</summary>
    public static string OwnVersion { get; } = typeof(ImageBuild).Assembly.GetName().Version!.ToString(3);

    /// <summary>Does it.</summary>
    /// <exception cref="ImageException">It cannot be done; says why.</exception>
    public async Task<BuiltArchive> RunAsync(CancellationToken ct)
    {
        var began = time.GetTimestamp();
        if (request.Keys is { } keys)
        {
            // What the Backbone would refuse is refused now, a private key above all.
            TrustedKeys.Load(keys);
        }

        var tree = await SourceTree.FindAsync(request.Source, time, ct);
        var created = CreatedAt(tree);
        var mirror = new DebianMirror(request.Packages ?? Path.Combine(tree.Top, "artifacts", "images", "packages"), time, say);
        var working = Directory.CreateTempSubdirectory("mtlsplit-image-");
        try
        {
            List<(OciImage Image, Publication Publication, IReadOnlyList<DebianPackage> Packages, double Seconds)> made = [];
            foreach (var platform in request.Platforms)
            {
                var start = time.GetTimestamp();
                var (image, publication, packages) = await BuildAsync(platform, tree, created, mirror, working.CreateSubdirectory(platform.Rid).FullName, ct);
                made.Add((image, publication, packages, Math.Round(time.GetElapsedTime(start).TotalSeconds, 1)));
            }

            var file = Path.GetFullPath(request.File);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            say($"writing {request.File}");
            var digest = OciArchive.Write(file, request.Name, request.Tag, [.. made.Select(one => one.Image)], created);
            return new BuiltArchive(request.File, digest, created, Math.Round(time.GetElapsedTime(began).TotalSeconds, 1), [.. made.Select(one => new BuiltImage(
                one.Image.Platform.Rid,
                $"{request.Name}:{OciArchive.TagOf(request.Tag, one.Image, made.Count == 1)}",
                one.Image.Id,
                one.Image.Digest,
                one.Publication,
                one.Image.Layers.Sum(layer => layer.Size),
                one.Image.Layers.Sum(layer => layer.UnpackedSize),
                one.Seconds,
                [.. one.Packages.Select(package => new UsedPackage(package.Name, package.Version, package.Sha256))]))]);
        }
        finally
        {
            working.Delete(recursive: true);
        }
    }

    private static DateTimeOffset CreatedAt(SourceTree tree)
    {
        if (Environment.GetEnvironmentVariable(Epoch) is not { Length: > 0 } text)
        {
            // A checkout without a history has no time of its own; any fixed one will do.
            return tree.Committed ?? DateTimeOffset.UnixEpoch;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= uint.MaxValue
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new ImageException($"{Epoch} is '{text}', which is no number of seconds since 1970.");
    }

    private async Task<(OciImage Image, Publication Publication, IReadOnlyList<DebianPackage> Packages)> BuildAsync(
        Platform platform, SourceTree tree, DateTimeOffset created, DebianMirror mirror, string working, CancellationToken ct)
    {
        var packages = await mirror.GetAsync(platform, RootFileSystem.Packages, ct);
        var publication = Publication.Given;
        var folder = request.Program;
        if (folder is null)
        {
            folder = Path.Combine(working, "program");
            publication = await new ProgramPublisher(tree.Top, time, line => say($"{platform}: {line}")).PublishAsync(Project, platform, request.MayCompile, folder, ct);
        }

        say($"{platform}: putting the layers together");
        var below = await RootFileSystem.BuildAsync(packages, time, ct);
        var above = ProgramLayer.Of(folder, Program);
        AddKeys(above);
        LibraryCheck.Require(platform, below, above);
        Layer[] layers =
        [
            below.Write(working, created, $"Debian: {string.Join(", ", packages.Select(package => $"{package.Name} {package.Version}"))}"),
            above.Write(working, created, $"{Program} {OwnVersion}"),
        ];
        return (OciImage.Of(platform, ConfigOf(tree, created, packages), layers, created), publication, packages);
    }

    private void AddKeys(LayerContent layer)
    {
        // What the Backbone reads: a folder's keys, or the one that is a file.
        foreach (var key in request.Keys is not { } keys ? [] : File.Exists(keys) ? [keys] : Directory.GetFiles(keys, "*.pem"))
        {
            layer.AddFile($"{KeysFolder}/{Path.GetFileName(key)}", key, executable: false);
        }
    }

    private ImageConfig ConfigOf(SourceTree tree, DateTimeOffset created, IReadOnlyList<DebianPackage> packages)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["org.opencontainers.image.title"] = "MtlSplit.IoT Backbone",
            ["org.opencontainers.image.description"] = "Turns the frames of a vehicle into features.",
            ["org.opencontainers.image.version"] = OwnVersion,
            ["org.opencontainers.image.created"] = created.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["mtlsplit.packages"] = string.Join(' ', packages.Select(package => $"{package.Name}={package.Version}")),
        };
        if (tree.Revision is { } revision && request.Program is null)
        {
            labels["org.opencontainers.image.revision"] = revision;
        }

        return new ImageConfig
        {
            Entrypoint = [$"/{ProgramLayer.Folder}/{Program}"],
            User = $"{RootFileSystem.User}:{RootFileSystem.User}",
            WorkingFolder = $"/{RootFileSystem.Home}",
            Environment = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                // Where Debian has them; OpenSSL's own default is another place.
                ["SSL_CERT_FILE"] = "/etc/ssl/certs/ca-certificates.crt",
                ["HOME"] = $"/{RootFileSystem.Home}",
                // What a module must be told; a deployment may say otherwise.
                ["MTLSPLIT_Backbone__Store"] = $"/{RootFileSystem.Home}/bundles",
                ["MTLSPLIT_Backbone__Keys"] = $"/{KeysFolder}",
            },
            Labels = labels,
        };
    }
}
