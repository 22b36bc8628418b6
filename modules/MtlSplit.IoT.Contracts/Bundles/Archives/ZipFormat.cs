namespace MtlSplit.IoT.Contracts.Bundles.Archives;

/// <summary>The numbers of the ZIP format (APPNOTE 6.3) as far as bundles use it.</summary>
internal static class ZipFormat
{
    public const uint LocalHeader = 0x04034b50;
    public const int LocalHeaderLength = 30;
    public const uint DirectoryHeader = 0x02014b50;
    public const int DirectoryHeaderLength = 46;
    public const uint End = 0x06054b50;
    public const int EndLength = 22;
    public const int LongestComment = ushort.MaxValue;

    public const ushort Stored = 0;
    public const ushort Deflated = 8;

    /// <summary>Flags that change nothing in how an entry is read here: deflate's effort, sizes after the data, names in UTF-8.</summary>
    public const ushort HarmlessFlags = 0x0002 | 0x0004 | 0x0008 | 0x0800;

    public const byte Unix = 3;
    public const byte OsX = 19;
    public const int FileTypeMask = 0xF000;
    public const int PlainFile = 0x8000;
    public const int SymbolicLink = 0xA000;
    public const uint WindowsReparsePoint = 0x400;
    public const uint WindowsDirectory = 0x10;

    /// <summary>1980-01-01, the first day that the format knows.</summary>
    public const ushort FirstDay = (1 << 5) | 1;
}
