namespace MtlSplit.IoT.Cli.Keys;

/// <summary>What <c>keys create --json</c> prints.</summary>
/// <param name="Id">The key's id, 64 hex digits.</param>
/// <param name="PrivateFile">Where its private part is.</param>
/// <param name="PublicFile">Where its public part is.</param>
internal sealed record KeyFiles(string Id, string PrivateFile, string PublicFile);
