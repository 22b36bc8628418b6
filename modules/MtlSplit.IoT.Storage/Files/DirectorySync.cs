using System.Runtime.InteropServices;

namespace MtlSplit.IoT.Storage.Files;

/// <summary>
/// fsync of a folder, which .NET has no call for. Linux only: Windows has no such call (NTFS keeps names in its journal), and elsewhere
/// nothing of this is run or tested, so that a call there does nothing rather than something untried.
/// </summary>
internal static partial class DirectorySync
{
    // O_RDONLY | O_CLOEXEC; the same numbers on x64 and arm64.
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int Interrupted = 4;

    /// <exception cref="IOException">The folder is not there, or the disk failed; names folder and error number.</exception>
    public static void Run(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        int descriptor;
        while ((descriptor = Open(path, ReadOnlyCloseOnExec, 0)) < 0)
        {
            Check("open", path);
        }

        try
        {
            while (Sync(descriptor) < 0)
            {
                Check("fsync", path);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static void Check(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != Interrupted)
        {
            throw new IOException($"{call} of the folder {path}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).", error);
        }
    }

    // open() takes a variable number of arguments; a third one is always given, so that the call is the same with and without it.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
