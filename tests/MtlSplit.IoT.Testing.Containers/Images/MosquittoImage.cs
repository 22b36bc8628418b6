using MtlSplit.IoT.Images;
using MtlSplit.IoT.Images.Debian;
using MtlSplit.IoT.Images.Oci;
using MtlSplit.IoT.Images.Programs;

namespace MtlSplit.IoT.Testing.Containers.Images;

/// <summary>Debian's Mosquitto and the libraries that it needs as an image of this machine's platform, made as the product's images are.</summary>
public static class MosquittoImage
{
    /// <summary>How an engine calls it.</summary>
    public const string Reference = $"{Name}:{Tag}";

    private const string Name = "mtlsplit-test/mosquitto";
    private const string Tag = "debian";

    private static readonly string[] Packages =
    [
        "base-files", "libc6", "libcap2", "libcjson1", "libcom-err2", "libdlt2", "libgcrypt20", "libgpg-error0", "libgssapi-krb5-2", "libk5crypto3", "libkeyutils1", "libkrb5-3", "libkrb5support0", "liblz4-1", "liblzma5", "libmosquitto1",
        "libnsl2", "libssl3", "libsystemd0", "libtirpc3", "libwrap0", "libzstd1", "mosquitto",
    ];

    /// <summary>Writes it as an archive.</summary>
    /// <param name="file">The archive.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ImageException">A package cannot be had, or a library is in none of them.</exception>
    public static async Task BuildAsync(string file, CancellationToken ct)
    {
        var time = TimeProvider.System;
        var platform = Platform.All.Single(platform => platform.IsThisMachine);
        var packages = await new DebianMirror(PackageFolder.Path, time, _ => { }).GetAsync(platform, Packages, ct);
        var content = await RootFileSystem.BuildAsync(packages, time, ct);
        LibraryCheck.Require(platform, content);
        var working = Directory.CreateTempSubdirectory("mtlsplit-mosquitto-image-");
        try
        {
            var layer = content.Write(working.FullName, DateTimeOffset.UnixEpoch, "Mosquitto");
            var config = new ImageConfig { Entrypoint = ["/usr/sbin/mosquitto"], User = $"{RootFileSystem.User}:{RootFileSystem.User}", WorkingFolder = $"/{RootFileSystem.Home}" };
            OciArchive.Write(file, Name, Tag, [OciImage.Of(platform, config, [layer], DateTimeOffset.UnixEpoch)], DateTimeOffset.UnixEpoch);
        }
        finally
        {
            working.Delete(recursive: true);
        }
    }
}
