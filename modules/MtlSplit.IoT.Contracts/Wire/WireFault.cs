namespace MtlSplit.IoT.Contracts.Wire;

/// <summary>Why bytes from the bus are not a message. The name says what is wrong; <see cref="None"/> means nothing is.</summary>
public enum WireFault
{
    /// <summary>The message was read.</summary>
    None = 0,

    /// <summary>The bytes end inside a field.</summary>
    Truncated,

    /// <summary>A tag, a length or a number is not valid Protocol Buffers.</summary>
    Malformed,

    /// <summary>A known field has another wire type than the schema says.</summary>
    WrongFieldType,

    /// <summary>A field of fixed length (a frame id, a contract) has another length.</summary>
    WrongLength,

    /// <summary>A text is not valid UTF-8.</summary>
    InvalidText,

    /// <summary>A field that every message carries is missing.</summary>
    MissingField,

    /// <summary>A name or a number lies outside what the schema allows.</summary>
    OutOfRange,
}
