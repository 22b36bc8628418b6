using System.Text;
using MtlSplit.IoT.Images.Layers;

namespace MtlSplit.IoT.Images.Debian;

/// <summary>The lowest layer: what a program needs of Debian, without a shell and without anything that installs.</summary>
public static class RootFileSystem
{
    /// <summary>Number of the user and group that modules run as.</summary>
    public const int User = 10001;

    /// <summary>The home of that user, the one folder that it may write to.</summary>
    public const string Home = "var/lib/mtlsplit";

    private const string Authorities = "usr/share/ca-certificates/mozilla/";
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
    private const UnixFileMode Anybody = Own | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.StickyBit;

    /// <summary>
    /// What .NET programs and ONNX Runtime load: the C and C++ libraries, OpenSSL, which is .NET's cryptography, the authorities of the web, and the name of the system.
    /// </summary>
    public static IReadOnlyList<string> Packages { get; } = ["base-files", "ca-certificates", "libc6", "libgcc-s1", "libssl3", "libstdc++6"];

    /// <summary>Unpacks packages into a layer and adds users, name resolution and the folders that every system has.</summary>
    /// <param name="packages">The packages.</param>
    /// <param name="time">The clock, for how long that may take.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<LayerContent> BuildAsync(IEnumerable<DebianPackage> packages, TimeProvider time, CancellationToken ct)
    {
        var layer = new LayerContent();
        foreach (var package in packages)
        {
            // Of this one only the system's name: the rest are folders and what greets people.
            Func<string, bool> wanted = package.Name == "base-files" ? path => path is "usr/lib/os-release" or "etc/os-release" or "etc/debian_version" : _ => true;
            await package.UnpackAsync(layer, wanted, time, ct);
        }

        BundleAuthorities(layer);
        layer.AddFile("etc/passwd", Text($"root:x:0:0:root:/root:/usr/sbin/nologin\nmtlsplit:x:{User}:{User}::/{Home}:/usr/sbin/nologin\n"));
        layer.AddFile("etc/group", Text($"root:x:0:\nmtlsplit:x:{User}:\n"));
        layer.AddFile("etc/nsswitch.conf", Text("passwd: files\ngroup: files\nhosts: files dns\n"));
        layer.AddFolder("tmp", Anybody);
        layer.AddFolder("run");
        layer.AddFolder("var/tmp", Anybody);
        layer.AddFolder(Home, Own, User);
        return layer;
    }

    // Debian makes this file when the package is installed; programs look for it and not for the single ones.
    private static void BundleAuthorities(LayerContent layer)
    {
        var single = layer.Entries.Where(entry => entry.Key.StartsWith(Authorities, StringComparison.Ordinal) && entry.Key.EndsWith(".crt", StringComparison.Ordinal)).ToList();
        if (single.Count > 0)
        {
            layer.AddFile("etc/ssl/certs/ca-certificates.crt", single.SelectMany(entry => entry.Value.Read().ToArray().Append((byte)'\n')).ToArray());
            single.ForEach(entry => layer.Remove(entry.Key));
        }
    }

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);
}
