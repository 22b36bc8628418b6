namespace MtlSplit.IoT.Inference.Encoding;

/// <summary>Why an encoded feature cannot be decoded.</summary>
public enum DecodeFault
{
    /// <summary>It was decoded.</summary>
    None,

    /// <summary>The contract lists no encoding of that number.</summary>
    UnknownEncoding,

    /// <summary>The bytes are no whole Zstandard frame.</summary>
    Corrupt,

    /// <summary>The bytes hold more or fewer values than the contract says.</summary>
    WrongLength,

    /// <summary>A value is not a number or infinite.</summary>
    NotFinite,
}
