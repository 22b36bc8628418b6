namespace MtlSplit.IoT.DevHub.Archives;

/// <summary>An archive that is open to be sent.</summary>
/// <param name="Content">Its bytes; whoever has this disposes them.</param>
/// <param name="Digest">Their SHA-256, 64 lower-case hex digits: what the bytes are, whoever signed them.</param>
internal sealed record ServedArchive(FileStream Content, string Digest);
