namespace MtlSplit.IoT.Training.Pictures;

/// <summary>A picture cannot be drawn; the message says why.</summary>
public sealed class PictureException(string message) : Exception(message);
