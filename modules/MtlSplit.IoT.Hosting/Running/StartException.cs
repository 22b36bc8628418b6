namespace MtlSplit.IoT.Hosting.Running;

/// <summary>
/// A process cannot do its work, for a reason that its user understands and can cure. The message says what and where; it is
/// shown without a stack, and the process ends with <see cref="ExitCode.Failed"/>.
/// </summary>
/// <param name="message">What is wrong, and where.</param>
/// <param name="cause">What was caught, if anything.</param>
public sealed class StartException(string message, Exception? cause = null) : Exception(message, cause);
