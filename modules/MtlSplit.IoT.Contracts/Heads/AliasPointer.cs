using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace MtlSplit.IoT.Contracts.Heads;

/// <summary>The content of a pointer file: which record of a history is in effect. The file is only ever replaced whole.</summary>
/// <param name="Sequence">The record's number; 0: none is yet.</param>
/// <param name="Record">The SHA-256 of its bytes, 64 hex digits.</param>
public sealed record AliasPointer(int Sequence, string Record)
{
    /// <summary>
    /// Leads nowhere. It is there before the first record, so that a history without a pointer is one that somebody took, and never one that a
    /// crash left.
    /// </summary>
    public static AliasPointer None { get; } = new(0, new string('0', 64));

    /// <summary>Reads <c>NUMBER DIGEST</c> and a line end, as <see cref="ToBytes"/> writes it and no other way.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out AliasPointer? pointer)
    {
        pointer = null;
        var text = Encoding.Latin1.GetString(bytes);
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space <= 0 || !int.TryParse(text.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) || !RegistryFolder.IsDigest(text[(space + 1)..].TrimEnd('\n')))
        {
            return false;
        }

        var read = new AliasPointer(sequence, text[(space + 1)..].TrimEnd('\n'));
        pointer = read.ToBytes().AsSpan().SequenceEqual(bytes) && (sequence == 0) == (read == None) ? read : null;
        return pointer is not null;
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Sequence} {Record}\n"));
}
