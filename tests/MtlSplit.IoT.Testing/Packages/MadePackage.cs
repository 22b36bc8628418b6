using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MtlSplit.IoT.Testing.Packages;

/// <summary>Debian packages made here by <c>dpkg-deb</c>, as small as a test wants them.</summary>
public static class MadePackage
{
    /// <summary>Makes one and gives its file.</summary>
    /// <param name="folder">Where it goes.</param>
    /// <param name="name">Its name.</param>
    /// <param name="files">Paths without a slash at the beginning, and what the files hold; one that begins with <c>-> </c> is a link to the rest.</param>
    /// <param name="version">Its version.</param>
    /// <param name="architecture">What it is for.</param>
    public static string Make(string folder, string name, IReadOnlyDictionary<string, string>? files = null, string version = "1.0", string architecture = "amd64")
    {
        const string Link = "-> ";
        var tree = Directory.CreateTempSubdirectory("mtlsplit-package-");
        try
        {
            File.WriteAllText(
                Path.Combine(tree.CreateSubdirectory("DEBIAN").FullName, "control"),
                $"Package: {name}\nVersion: {version}\nArchitecture: {architecture}\nMaintainer: Nobody <nobody@example.org>\nDescription: made by a test\n");
            foreach (var (path, content) in files ?? new Dictionary<string, string>())
            {
                var file = Path.Combine(tree.FullName, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                if (content.StartsWith(Link, StringComparison.Ordinal))
                {
                    File.CreateSymbolicLink(file, content[Link.Length..]);
                }
                else
                {
                    File.WriteAllText(file, content);
                }
            }

            var made = Path.Combine(folder, $"{name}_{version}_{architecture}.deb");
            Run("dpkg-deb", "--build", "--root-owner-group", "-Znone", tree.FullName, made);
            return made;
        }
        finally
        {
            tree.Delete(recursive: true);
        }
    }

    /// <summary>Lists packages as a repository that lies in their folder, for apt.</summary>
    /// <param name="folder">The folder.</param>
    public static void WriteIndex(string folder)
    {
        var index = new StringBuilder();
        foreach (var file in Directory.GetFiles(folder, "*.deb"))
        {
            var content = File.ReadAllBytes(file);
            index.Append(Run("dpkg-deb", "--field", file)).Append(CultureInfo.InvariantCulture, $"Filename: ./{Path.GetFileName(file)}\nSize: {content.Length}\nSHA256: {Convert.ToHexStringLower(SHA256.HashData(content))}\n\n");
        }

        File.WriteAllText(Path.Combine(folder, "Packages"), index.ToString());
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var complaints = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {complaints.GetAwaiter().GetResult()}");
    }
}
