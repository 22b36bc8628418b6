using System.Text;
using MtlSplit.IoT.Contracts.Bundles.Signatures;

namespace MtlSplit.IoT.Cli.Keys;

/// <summary>A new pair of keys in two files.</summary>
internal static class KeyPair
{
    /// <summary>Makes a pair; only its owner can read the private file.</summary>
    /// <param name="name">The key's name.</param>
    /// <param name="folder">Where the two files go; made where it is not there.</param>
    /// <exception cref="IOException">A file is there already, or cannot be written.</exception>
    public static KeyFiles Make(string name, string folder)
    {
        var secretFile = Path.Combine(folder, name + ".key.pem");
        var publicFile = Path.Combine(folder, name + ".pub.pem");
        if (new[] { secretFile, publicFile }.FirstOrDefault(Path.Exists) is { } taken)
        {
            throw new IOException($"{taken} exists already, and keys are never overwritten");
        }

        Directory.CreateDirectory(folder);
        using var key = SigningKey.Create();
        WritePrivately(secretFile, key.PrivatePem());
        Write(publicFile, key.PublicPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return new KeyFiles(key.Id, secretFile, publicFile);
    }

    /// <summary>Writes a new file that only its owner can read.</summary>
    /// <exception cref="IOException">It is there already, or cannot be written.</exception>
    public static void WritePrivately(string file, string content) => Write(file, content, UnixFileMode.UserRead | UnixFileMode.UserWrite);

    private static void Write(string file, string pem, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // From the first byte on, whatever the user's mask says.
            options.UnixCreateMode = mode;
        }

        using var stream = new FileStream(file, options);
        stream.Write(Encoding.ASCII.GetBytes(pem));
    }
}
