namespace MtlSplit.IoT.EdgeModule.Identity;

/// <summary>The environment does not say which module this process is. The message names every variable at fault, and shows no secret.</summary>
/// <param name="message">What is wrong with which variable.</param>
public sealed class ModuleEnvironmentException(string message) : Exception(message);
