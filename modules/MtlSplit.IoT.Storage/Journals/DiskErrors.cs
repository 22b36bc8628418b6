namespace MtlSplit.IoT.Storage.Journals;

/// <summary>What the system's error numbers mean here.</summary>
internal static class DiskErrors
{
    private const int LinuxNoSpace = 28;
    private const int LinuxQuota = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static bool IsFull(Exception e) => e is IOException { HResult: LinuxNoSpace or LinuxQuota or WindowsDiskFull };
}
