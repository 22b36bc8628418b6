namespace MtlSplit.IoT.Registry.Verifying;

/// <summary>Something that is wrong in the registry.</summary>
/// <param name="Fault">What kind of wrong.</param>
/// <param name="File">The file, from the registry's folder.</param>
/// <param name="What">What exactly.</param>
public sealed record VerifyFinding(RegistryFault Fault, string File, string What);
