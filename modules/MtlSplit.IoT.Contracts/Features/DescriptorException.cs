namespace MtlSplit.IoT.Contracts.Features;

/// <summary>A descriptor that cannot be understood, and so a contract whose features may not be read.</summary>
public sealed class DescriptorException(string message, Exception? cause = null) : Exception(message, cause);
