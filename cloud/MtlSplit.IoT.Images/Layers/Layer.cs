namespace MtlSplit.IoT.Images.Layers;

/// <summary>A layer as a compressed file. Immutable.</summary>
/// <param name="File">The file.</param>
/// <param name="DiffId">The digest of what is in it, uncompressed: does not depend on who compressed it.</param>
/// <param name="Digest">The digest of the file.</param>
/// <param name="Size">The file's bytes.</param>
/// <param name="UnpackedSize">The bytes uncompressed.</param>
/// <param name="About">What it holds, for people.</param>
public sealed record Layer(string File, string DiffId, string Digest, long Size, long UnpackedSize, string About);
