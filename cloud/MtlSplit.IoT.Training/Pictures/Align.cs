namespace MtlSplit.IoT.Training.Pictures;

/// <summary>Which part of a text stands at its place.</summary>
internal enum Align
{
    /// <summary>Its beginning.</summary>
    Left,

    /// <summary>Its middle.</summary>
    Centre,

    /// <summary>Its end.</summary>
    Right,
}
