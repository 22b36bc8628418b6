namespace MtlSplit.IoT.Contracts.Status;

/// <summary>A head that should be in use and cannot be loaded; the one before goes on answering, or none does.</summary>
/// <param name="Contract">The contract it should read, 64 hex digits.</param>
/// <param name="Version">Its version; empty where not even that could be read.</param>
/// <param name="Why">Why, in words that name the file.</param>
public sealed record RefusedHead(string Contract, string Version, string Why);
