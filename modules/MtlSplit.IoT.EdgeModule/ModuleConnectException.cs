namespace MtlSplit.IoT.EdgeModule;

/// <summary>
/// The module cannot connect for a reason that waiting does not cure: the hub refuses it, its certificate is not trusted, or the workload
/// API does not sign. The message names host, module and reason. Attempts go on in the background, with new credentials each.
/// </summary>
/// <param name="message">What is wrong.</param>
/// <param name="inner">Where it came from.</param>
public sealed class ModuleConnectException(string message, Exception inner) : Exception(message, inner);
