namespace MtlSplit.IoT.Contracts.Bundles.Archives;

/// <summary>An entry of an archive's directory.</summary>
/// <param name="Path">A plain path.</param>
/// <param name="Method"><see cref="ZipFormat.Stored"/> or <see cref="ZipFormat.Deflated"/>.</param>
/// <param name="Packed">Bytes in the archive.</param>
/// <param name="Bytes">Bytes once unpacked, as the directory says.</param>
/// <param name="Header">Where its local header begins.</param>
internal sealed record ZipEntry(string Path, ushort Method, long Packed, long Bytes, long Header)
{
    /// <summary>Where its data begins.</summary>
    public long Data { get; init; }
}
