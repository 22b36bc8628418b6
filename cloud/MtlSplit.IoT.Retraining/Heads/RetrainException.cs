namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>A retraining could not be carried out. The message says what is missing or damaged, and where.</summary>
internal sealed class RetrainException(string message, Exception? cause = null) : Exception(message, cause);
