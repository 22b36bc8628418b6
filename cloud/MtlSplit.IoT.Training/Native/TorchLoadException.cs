namespace MtlSplit.IoT.Training.Native;

/// <summary>The native training engine could not be loaded; the message names the library and the reason.</summary>
public sealed class TorchLoadException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which library, and why.</param>
    /// <param name="inner">The loader's own error, if any.</param>
    public TorchLoadException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
