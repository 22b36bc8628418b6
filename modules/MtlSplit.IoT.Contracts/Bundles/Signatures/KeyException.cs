namespace MtlSplit.IoT.Contracts.Bundles.Signatures;

/// <summary>A key file that cannot be used. The message names it and says why.</summary>
/// <param name="file">The file or folder.</param>
/// <param name="message">What is wrong with it.</param>
/// <param name="cause">What was caught, if anything.</param>
public sealed class KeyException(string file, string message, Exception? cause = null) : Exception($"{file}: {message}", cause);
