namespace MtlSplit.IoT.SampleStore;

/// <summary>The sample store cannot do what was asked. The message names the file, folder or statement and the reason.</summary>
public sealed class SampleStoreException(string message, Exception? cause = null) : Exception(message, cause);
