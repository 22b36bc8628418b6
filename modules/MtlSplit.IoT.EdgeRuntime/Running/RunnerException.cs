namespace MtlSplit.IoT.EdgeRuntime.Running;

/// <summary>A module could not be made, started, stopped or taken away. The message names the module and the reason.</summary>
internal sealed class RunnerException(string message, Exception? inner = null) : Exception(message, inner);
