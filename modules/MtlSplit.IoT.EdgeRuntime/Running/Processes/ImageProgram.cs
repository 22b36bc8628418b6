namespace MtlSplit.IoT.EdgeRuntime.Running.Processes;

/// <summary>The executable that stands for an image. Immutable.</summary>
/// <param name="Executable">Full path, or a name to be found on the path.</param>
/// <param name="Arguments">Its arguments, before those of the create options.</param>
internal sealed record ImageProgram(string Executable, IReadOnlyList<string> Arguments);
