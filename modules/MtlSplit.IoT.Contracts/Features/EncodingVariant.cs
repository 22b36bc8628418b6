namespace MtlSplit.IoT.Contracts.Features;

/// <summary>
/// One way that a contract allows to put its tensor on the wire. Which one a message uses is said by its number, so
/// choosing another listed variant is not a new contract.
/// </summary>
/// <param name="Id">The number in the message; from 1, unique in the contract.</param>
/// <param name="Name"><see cref="Float32"/>, <see cref="Float16"/> or <see cref="UInt8"/>.</param>
/// <param name="Compression"><see cref="Zstandard"/>: the little-endian elements are one Zstandard frame.</param>
/// <param name="Quantiser">For <see cref="UInt8"/> only.</param>
public sealed record EncodingVariant(uint Id, string Name, string Compression, Quantiser? Quantiser = null)
{
    /// <summary>IEEE single precision.</summary>
    public const string Float32 = "f32";

    /// <summary>IEEE half precision.</summary>
    public const string Float16 = "f16";

    /// <summary>Eight bits, affine.</summary>
    public const string UInt8 = "u8";

    /// <summary>The one compression so far.</summary>
    public const string Zstandard = "zstd";

    /// <summary>Bytes of one element before compression.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int ElementSize => Name switch { Float32 => 4, Float16 => 2, _ => 1 };
}
