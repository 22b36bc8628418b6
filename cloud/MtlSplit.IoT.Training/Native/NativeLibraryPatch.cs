using System.Buffers.Binary;
using System.Text;

namespace MtlSplit.IoT.Training.Native;

/// <summary>
/// Rewrites one import of a 64-bit little-endian ELF library: a symbol that needs a library version the host does not have
/// is bound to another, harmless symbol that the library imports already, and the version need is pointed at an older
/// version that the library needs anyway. The file keeps its size and layout.
/// </summary>
/// <remarks>Pure: bytes in, bytes out. Safe to call from many threads.</remarks>
internal static class NativeLibraryPatch
{
    private const int SectionDynamicSymbols = 11;
    private const int SectionVersionNeeds = 0x6ffffffe;
    private const int SectionSymbolVersions = 0x6fffffff;
    private const ushort GlobalVersion = 1;
    private const int SymbolSize = 24;

    /// <summary>Applies the rewrite.</summary>
    /// <param name="library">The library's file.</param>
    /// <param name="newVersion">The version need to remove, for example GLIBCXX_3.4.32.</param>
    /// <param name="oldVersion">A version need that is in the file already and takes its place.</param>
    /// <param name="symbol">The undefined symbol that asks for <paramref name="newVersion"/>.</param>
    /// <param name="substitute">An undefined, unversioned symbol that takes its place.</param>
    /// <returns>A rewritten copy.</returns>
    /// <exception cref="InvalidDataException">The file is not such a library, or lacks one of the four names.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> library, string newVersion, string oldVersion, string symbol, string substitute)
    {
        var bytes = library.ToArray();
        try
        {
            Rewrite(bytes, newVersion, oldVersion, symbol, substitute);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException("The library's tables point outside the file.", e);
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException("The library's tables point outside the file.", e);
        }

        return bytes;
    }

    private static void Rewrite(byte[] bytes, string newVersion, string oldVersion, string symbol, string substitute)
    {
        if (bytes.Length < 64 || !bytes.AsSpan(0, 6).SequenceEqual(new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1 }))
        {
            throw new InvalidDataException("The file is not a 64-bit little-endian ELF library.");
        }

        var symbols = FindSection(bytes, SectionDynamicSymbols);
        var needs = FindSection(bytes, SectionVersionNeeds);
        var versions = FindSection(bytes, SectionSymbolVersions);
        var strings = SectionAt(bytes, symbols.Link);

        var target = FindVersionNeed(bytes, needs, strings, newVersion);
        var replacement = FindVersionNeed(bytes, needs, strings, oldVersion);
        // vna_hash is at 0, vna_name at 8; vna_other (6), the index that symbols use, stays.
        bytes.AsSpan(replacement, 4).CopyTo(bytes.AsSpan(target, 4));
        bytes.AsSpan(replacement + 8, 4).CopyTo(bytes.AsSpan(target + 8, 4));

        var broken = FindUndefinedSymbol(bytes, symbols, strings, symbol);
        var harmless = FindUndefinedSymbol(bytes, symbols, strings, substitute);
        bytes.AsSpan(symbols.Offset + (harmless * SymbolSize), 4).CopyTo(bytes.AsSpan(symbols.Offset + (broken * SymbolSize), 4));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(versions.Offset + (broken * 2), 2), GlobalVersion);
    }

    private static Section FindSection(byte[] bytes, int type)
    {
        int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(60, 2));
        for (var i = 0; i < count; i++)
        {
            var section = SectionAt(bytes, i);
            if (section.Type == type)
            {
                return section;
            }
        }

        throw new InvalidDataException($"The library has no section of type 0x{type:x}.");
    }

    private static Section SectionAt(byte[] bytes, int index)
    {
        var table = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(40, 8)));
        var header = bytes.AsSpan(checked(table + (index * 64)), 64);
        return new Section(
            BinaryPrimitives.ReadInt32LittleEndian(header[4..]),
            checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[24..])),
            checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[32..])),
            BinaryPrimitives.ReadInt32LittleEndian(header[40..]));
    }

    private static int FindVersionNeed(byte[] bytes, Section needs, Section strings, string name)
    {
        var need = needs.Offset;
        while (true)
        {
            int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(need + 2, 2));
            var entry = need + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(need + 8, 4));
            for (var i = 0; i < count; i++)
            {
                if (NameIs(bytes, strings, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(entry + 8, 4)), name))
                {
                    return entry;
                }

                entry += BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(entry + 12, 4));
            }

            var next = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(need + 12, 4));
            if (next <= 0)
            {
                throw new InvalidDataException($"The library does not need version {name}.");
            }

            need += next;
        }
    }

    private static int FindUndefinedSymbol(byte[] bytes, Section symbols, Section strings, string name)
    {
        for (var i = 0; i < symbols.Size / SymbolSize; i++)
        {
            var entry = bytes.AsSpan(symbols.Offset + (i * SymbolSize), SymbolSize);
            var defined = BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]) != 0;
            if (!defined && NameIs(bytes, strings, BinaryPrimitives.ReadInt32LittleEndian(entry), name))
            {
                return i;
            }
        }

        throw new InvalidDataException($"The library does not import {name}.");
    }

    private static bool NameIs(byte[] bytes, Section strings, int offset, string name)
    {
        var at = bytes.AsSpan(strings.Offset, strings.Size)[offset..];
        return at.Length > name.Length && at[name.Length] == 0 && at[..name.Length].SequenceEqual(Encoding.ASCII.GetBytes(name));
    }

    private readonly record struct Section(int Type, int Offset, int Size, int Link);
}
