using System.Formats.Tar;

namespace MtlSplit.IoT.Images.Layers;

/// <summary>One file, folder or link of a layer. Immutable.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Mode">Who may do what.</param>
/// <param name="Owner">Number of the user and group.</param>
/// <param name="Content">A file's bytes.</param>
/// <param name="Source">The file that holds its bytes; null: <paramref name="Content"/> does.</param>
/// <param name="Target">Where a link leads.</param>
internal sealed record LayerEntry(TarEntryType Type, UnixFileMode Mode, int Owner, ReadOnlyMemory<byte> Content = default, string? Source = null, string? Target = null)
{
    /// <summary>A file's bytes, wherever they are.</summary>
    public ReadOnlyMemory<byte> Read() => Source is null ? Content : File.ReadAllBytes(Source);
}
