namespace MtlSplit.IoT.Training.Export;

/// <summary>A bundle may not be written, because it would not answer as its training engine does, or there is one already.</summary>
/// <param name="message">What is wrong, with the numbers.</param>
public sealed class ExportException(string message) : Exception(message);
