namespace MtlSplit.IoT.DevHub.Storing;

/// <summary>The hub's database cannot be used. The message names the file and the reason.</summary>
/// <param name="message">What is wrong, and where.</param>
/// <param name="cause">What was caught.</param>
internal sealed class StoreException(string message, Exception? cause = null) : Exception(message, cause);
