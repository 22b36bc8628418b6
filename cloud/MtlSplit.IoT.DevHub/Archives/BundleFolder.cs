using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using MtlSplit.IoT.Contracts.Bundles.Archives;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.DevHub.Archives;

/// <summary>
/// The archives of bundles in one folder, as they are there when they are asked for. Nothing else is seen: no other files, none that are hidden, no
/// folders in it, and no links, which may lead anywhere. Thread-safe.
/// </summary>
internal sealed partial class BundleFolder
{
    // A digest is worth keeping; a folder that changes all the time must not fill the memory.
    private const int MostKnown = 1000;

    private static readonly HubErrorCode NotFound = new("GenericNotFound", 404000, 404);

    private readonly string _path;
    private readonly ConcurrentDictionary<string, (long Length, DateTime Written, string Digest)> _known = new(StringComparer.Ordinal);

    private BundleFolder(string path) => _path = path;

    /// <summary>Takes a folder.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static BundleFolder Open(string path) => Directory.Exists(path)
        ? new BundleFolder(Path.GetFullPath(path))
        : throw new IOException($"Hub:Bundles (--bundles) '{path}' is not a folder.");

    /// <summary>Opens an archive. Whoever replaces the file afterwards changes nothing of what was opened.</summary>
    /// <param name="name">A bundle's digest, or the archive's file name.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="HubException">It cannot be a name, or there is no such archive.</exception>
    public async Task<ServedArchive> OpenAsync(string name, CancellationToken ct)
    {
        if (!Name().IsMatch(name))
        {
            throw Bodies.Invalid($"'{name}' cannot be an archive's name: a bundle's digest, or letters, digits and . _ - that end in {BundlePacker.Extension}.");
        }

        var file = new FileInfo(Path.Combine(_path, name.EndsWith(BundlePacker.Extension, StringComparison.Ordinal) ? name : BundlePacker.FileName(name)));
        if (!file.Exists || file.LinkTarget is not null)
        {
            throw Missing(name);
        }

        try
        {
            return await OpenAsync(file.FullName, name, ct);
        }
        catch (FileNotFoundException)
        {
            throw Missing(name);
        }
    }

    private static HubException Missing(string name) => new(NotFound, $"There is no archive {name}.");

    private async Task<ServedArchive> OpenAsync(string path, string name, CancellationToken ct)
    {
        // Without a lock: whoever packs the next one must be able to, while a slow vehicle takes this one.
        var content = new FileStream(path, new FileStreamOptions
        {
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        });
        try
        {
            var (length, written) = (content.Length, File.GetLastWriteTimeUtc(content.SafeFileHandle));
            if (!_known.TryGetValue(name, out var known) || known.Length != length || known.Written != written)
            {
                known = (length, written, Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct)));
                if (_known.Count >= MostKnown)
                {
                    _known.Clear();
                }

                _known[name] = known;
                content.Position = 0;
            }

            return new ServedArchive(content, known.Digest);
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    // No dot at the beginning, no separator anywhere: nothing that is hidden or elsewhere has such a name.
    [GeneratedRegex(@"^(?:[0-9a-f]{64}|[A-Za-z0-9][A-Za-z0-9._-]{0,200}\.mtlbundle)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
