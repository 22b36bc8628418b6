using System.Security.Cryptography;

namespace MtlSplit.IoT.Training.Native;

/// <summary>
/// A per-user folder of patched libraries, one folder a library, named by the original's SHA-256. Files appear whole or not at
/// all, so any number of processes may ask for the same one at once.
/// </summary>
/// <remarks>Thread-safe; holds no state but the folder.</remarks>
internal sealed class PatchedLibraryCache(string folder)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The folder that this user's caches belong in (XDG_CACHE_HOME, else ~/.cache), or null when the user has none.</summary>
    public static string? DefaultFolder
    {
        get
        {
            var caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            if (!string.IsNullOrEmpty(caches) && Path.IsPathFullyQualified(caches))
            {
                return Path.Combine(caches, "mtlsplit", "native");
            }

            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return home.Length > 0 ? Path.Combine(home, ".cache", "mtlsplit", "native") : null;
        }
    }

    /// <summary>The path of the patched copy, written first if it is missing or differs from what the patch gives now.</summary>
    /// <param name="original">The original library.</param>
    /// <param name="patch">Makes the patched bytes from the original's.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder belongs to someone else.</exception>
    public string Get(string original, Func<byte[], byte[]> patch)
    {
        var bytes = File.ReadAllBytes(original);
        var patched = patch(bytes);
        var home = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        var path = Path.Combine(home, Path.GetFileName(original));
        // A damaged or foreign file must never be loaded as code, so the content is compared, not trusted.
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(patched))
        {
            return path;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(home);
        }
        else
        {
            Directory.CreateDirectory(home, OwnerOnly);
        }

        var temporary = Path.Combine(home, $".{Environment.ProcessId}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
        try
        {
            File.WriteAllBytes(temporary, patched);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        return path;
    }
}
