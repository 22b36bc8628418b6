namespace MtlSplit.IoT.Contracts.Twins;

/// <summary>A bundle that a vehicle has.</summary>
/// <param name="Digest">The SHA-256 of its <c>model.json</c>, 64 hex digits.</param>
/// <param name="Contract">The contract of its features, 64 hex digits.</param>
/// <param name="Release">Its release counter.</param>
/// <param name="Proven">Whether enough of its features were scored and all was as it should be; before that it is provisional.</param>
public sealed record RunningBundle(string Digest, string Contract, long Release, bool Proven);
