namespace MtlSplit.IoT.Testing.Bundles;

/// <summary>An entry of a <see cref="RawZip"/>; what is not said is as it should be.</summary>
/// <param name="Name">Its name in the directory.</param>
/// <param name="Content">What it holds, before packing.</param>
public sealed record RawZipEntry(string Name, byte[] Content)
{
    /// <summary>Its name at its data.</summary>
    public string? LocalName { get; init; }

    /// <summary>0 as it is, 8 deflated.</summary>
    public ushort Method { get; init; }

    /// <summary>1: encrypted.</summary>
    public ushort Flags { get; init; }

    /// <summary>3: made on Unix.</summary>
    public byte Host { get; init; } = 3;

    /// <summary>On Unix the mode is in the upper half.</summary>
    public uint Attributes { get; init; } = 0x81A40000;

    /// <summary>The bytes in the archive that are claimed.</summary>
    public uint? Packed { get; init; }

    /// <summary>The unpacked bytes that are claimed.</summary>
    public uint? Bytes { get; init; }

    /// <summary>Packed data that does not unpack.</summary>
    public bool Damaged { get; init; }

    /// <summary>Lies where the first entry lies.</summary>
    public bool SharesHeaderWithFirst { get; init; }
}
