namespace MtlSplit.IoT.Contracts.Status;

/// <summary>A head that a consumer has loaded and run.</summary>
/// <param name="Contract">The contract it reads, 64 hex digits.</param>
/// <param name="Version">Its version.</param>
public sealed record WarmHead(string Contract, string Version);
