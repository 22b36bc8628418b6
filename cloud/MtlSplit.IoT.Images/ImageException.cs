namespace MtlSplit.IoT.Images;

/// <summary>An image cannot be made. The message says what is wrong and where.</summary>
/// <param name="message">What is wrong and where.</param>
/// <param name="inner">What it was caused by.</param>
public sealed class ImageException(string message, Exception? inner = null) : Exception(message, inner);
