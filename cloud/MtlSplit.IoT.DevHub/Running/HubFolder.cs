namespace MtlSplit.IoT.DevHub.Running;

/// <summary>The files of a hub.</summary>
/// <param name="path">The folder.</param>
internal sealed class HubFolder(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path = Path.GetFullPath(path);

    /// <summary>The database.</summary>
    public string Database => Path.Combine(_path, "hub.db");

    /// <summary>The authority's certificate, which clients are to trust.</summary>
    public string Authority => Path.Combine(_path, "ca.pem");

    /// <summary>The connection string of a policy; its owner alone reads it.</summary>
    public string ConnectionString(string policy) => Path.Combine(_path, $"{policy}.connection");

    /// <summary>Writes a file that everybody may read.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string file, string text) => Replace(file, text, null);

    /// <summary>Writes a file that its owner alone may read, from its first byte on.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void WritePrivately(string file, string text) => Replace(file, text, OperatingSystem.IsWindows() ? null : OwnerOnly);

    private static void Replace(string file, string text, UnixFileMode? mode)
    {
        var temporary = $"{file}.tmp";
        // The mode counts only for a file that is new.
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (mode is { } bits && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = bits;
        }

        using (var writer = new StreamWriter(temporary, options))
        {
            writer.Write(text);
        }

        File.Move(temporary, file, overwrite: true);
    }
}
