namespace MtlSplit.IoT.Backbone.Updating.Installing;

/// <summary>Tells a full disk from another fault of it.</summary>
internal static class DiskFull
{
    private const int LinuxNoSpace = 28;
    private const int LinuxQuota = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Whether there was no room, or the user's share of it is used up. .NET gives the system's own number.</summary>
    public static bool Is(IOException exception) => exception.HResult is LinuxNoSpace or LinuxQuota or WindowsDiskFull or WindowsHandleDiskFull;
}
