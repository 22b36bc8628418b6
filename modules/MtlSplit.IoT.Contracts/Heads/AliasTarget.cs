namespace MtlSplit.IoT.Contracts.Heads;

/// <summary>The head that an alias leads to.</summary>
/// <param name="Head">The SHA-256 of the head's document, 64 hex digits.</param>
/// <param name="Version">Its version, as in predictions.</param>
public sealed record AliasTarget(string Head, string Version);
