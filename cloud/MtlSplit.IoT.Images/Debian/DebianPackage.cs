using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using MtlSplit.IoT.Images.Layers;
using MtlSplit.IoT.Images.Tools;

namespace MtlSplit.IoT.Images.Debian;

/// <summary>One of Debian's packages as a file. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Sha256">The file's SHA-256, 64 hex digits.</param>
/// <param name="File">The file.</param>
public sealed record DebianPackage(string Name, string Version, string Sha256, string File)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly string[] AtTop = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];

    // What people read and programs do not. Licences stay.
    private static readonly string[] Dropped = ["usr/share/man/", "usr/share/locale/", "usr/share/info/", "usr/share/lintian/", "usr/share/bug/", "usr/share/doc-base/", "usr/lib/systemd/", "etc/init.d/", "etc/logrotate.d/"];

    /// <summary>Looks into a file.</summary>
    /// <exception cref="ImageException">It is no package, or one for something else.</exception>
    internal static async Task<DebianPackage> ReadAsync(string file, Platform platform, TimeProvider time, CancellationToken ct)
    {
        var said = await Tool.RunAsync("dpkg-deb", ["--show", "--showformat", "${Package}\t${Version}\t${Architecture}", file], Limit, time, ct);
        if (said.Trim().Split('\t') is not [var name, var version, var architecture])
        {
            throw new ImageException($"{file}: dpkg-deb says '{said.Trim()}' of it, not name, version and architecture.");
        }

        if (architecture != platform.Architecture && architecture != "all")
        {
            throw new ImageException($"{file} is for {architecture}, not for {platform.Architecture}.");
        }

        await using var content = System.IO.File.OpenRead(file);
        return new DebianPackage(name, version, Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct)), file);
    }

    /// <summary>Puts its files into a layer, and where scanners look what it is. Nothing of it is run.</summary>
    internal async Task UnpackAsync(LayerContent layer, Func<string, bool> wanted, TimeProvider time, CancellationToken ct)
    {
        await Tool.RunAsync("dpkg-deb", ["--fsys-tarfile", File], Limit, time, async (tar, token) =>
        {
            await using var reader = new TarReader(tar);
            while (await reader.GetNextEntryAsync(copyData: false, token) is { } entry)
            {
                await TakeAsync(layer, entry, wanted, token);
            }

            // What pads the end; dpkg-deb takes it amiss when nobody reads it.
            await tar.CopyToAsync(Stream.Null, token);
        }, ct);
        var control = await Tool.RunAsync("dpkg-deb", ["--field", File], Limit, time, ct);
        layer.AddFile($"var/lib/dpkg/status.d/{Name}", Encoding.UTF8.GetBytes(control));
    }

    private static async Task TakeAsync(LayerContent layer, TarEntry entry, Func<string, bool> wanted, CancellationToken ct)
    {
        var path = Merge(layer, entry.Name.TrimStart('.').Trim('/'));
        if (path.Length == 0 || !wanted(path) || Array.Exists(Dropped, path.StartsWith) || path.Contains("/gconv/", StringComparison.Ordinal)
            || (path.StartsWith("usr/share/doc/", StringComparison.Ordinal) && !path.EndsWith("/copyright", StringComparison.Ordinal)))
        {
            return;
        }

        switch (entry.EntryType)
        {
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                using (var content = new MemoryStream())
                {
                    if (entry.DataStream is { } data)
                    {
                        await data.CopyToAsync(content, ct);
                    }

                    // Who may write to packages' files, and run them as another user, is none of an image's business.
                    layer.AddFile(path, content.ToArray(), LayerContent.ModeOf(entry.Mode.HasFlag(UnixFileMode.UserExecute)));
                }

                break;
            case TarEntryType.SymbolicLink:
                layer.AddLink(path, entry.LinkName);
                break;
            case TarEntryType.HardLink:
                layer.AddLink(path, "/" + Merge(layer, entry.LinkName.TrimStart('.').Trim('/')));
                break;
            default:
                // Folders come with what is in them.
                break;
        }
    }

    // /lib and its like are links to /usr/lib in every Debian of today, but not in all packages.
    private static string Merge(LayerContent layer, string path)
    {
        var top = path.Split('/')[0];
        if (!AtTop.Contains(top))
        {
            return path;
        }

        layer.AddFolder($"usr/{top}");
        layer.AddLink(top, $"usr/{top}");
        return path == top ? "" : $"usr/{path}";
    }
}
