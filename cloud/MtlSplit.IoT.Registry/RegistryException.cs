namespace MtlSplit.IoT.Registry;

/// <summary>The registry does not do what was asked, and nothing has changed. The message names the file or the thing, and why.</summary>
/// <param name="fault">Why.</param>
/// <param name="subject">The file, head, run, bundle or alias at fault.</param>
/// <param name="message">What is wrong with it.</param>
/// <param name="cause">What was caught, if anything.</param>
public sealed class RegistryException(RegistryFault fault, string subject, string message, Exception? cause = null) : Exception($"{subject}: {message}", cause)
{
    /// <summary>Why.</summary>
    public RegistryFault Fault { get; } = fault;

    /// <summary>The file, head, run, bundle or alias at fault.</summary>
    public string Subject { get; } = subject;
}
