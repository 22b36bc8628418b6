using System.Buffers.Binary;
using System.Text;

namespace MtlSplit.IoT.Images.Programs;

/// <summary>A program or library of Linux, as far as its head tells. Immutable.</summary>
/// <param name="Machine">The number of the processor that it is for.</param>
/// <param name="Interpreter">What loads it; null for libraries.</param>
/// <param name="Needed">The names of the libraries that it cannot do without.</param>
public sealed record ElfFile(int Machine, string? Interpreter, IReadOnlyList<string> Needed)
{
    private const int HeaderSize = 64;
    private const int SegmentSize = 56;
    private const int Load = 1;
    private const int Dynamic = 2;
    private const int Interp = 3;
    private const long NeededTag = 1;
    private const long StringTableTag = 5;

    /// <summary>Reads one; null where it is none, or not one of 64 bits in little-endian order.</summary>
    public static ElfFile? Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderSize || !file[..4].SequenceEqual("\u007fELF"u8) || file[4] != 2 || file[5] != 1)
        {
            return null;
        }

        var machine = BinaryPrimitives.ReadUInt16LittleEndian(file[18..]);
        var at = Number(file, 32);
        var size = BinaryPrimitives.ReadUInt16LittleEndian(file[54..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(file[56..]);
        List<(long Offset, long Address, long Size)> loads = [];
        ReadOnlySpan<byte> dynamic = default;
        string? interpreter = null;
        for (var i = 0; i < count; i++)
        {
            var segment = Slice(file, at + (i * size), SegmentSize);
            if (segment.IsEmpty)
            {
                return null;
            }

            var (offset, address, length) = (Number(segment, 8), Number(segment, 16), Number(segment, 32));
            switch (BinaryPrimitives.ReadInt32LittleEndian(segment))
            {
                case Load:
                    loads.Add((offset, address, length));
                    break;
                case Dynamic:
                    dynamic = Slice(file, offset, length);
                    break;
                case Interp:
                    interpreter = TextAt(file, offset);
                    break;
                default:
                    break;
            }
        }

        return new ElfFile(machine, interpreter, NeededOf(file, dynamic, loads));
    }

    private static List<string> NeededOf(ReadOnlySpan<byte> file, ReadOnlySpan<byte> dynamic, List<(long Offset, long Address, long Size)> loads)
    {
        List<long> names = [];
        var strings = -1L;
        for (; dynamic.Length >= 16; dynamic = dynamic[16..])
        {
            switch (Number(dynamic, 0))
            {
                case NeededTag:
                    names.Add(Number(dynamic, 8));
                    break;
                case StringTableTag:
                    // An address; where it is in the file, the segments tell.
                    var address = Number(dynamic, 8);
                    strings = loads.Where(load => address >= load.Address && address < load.Address + load.Size).Select(load => address - load.Address + load.Offset).DefaultIfEmpty(-1).First();
                    break;
                default:
                    break;
            }
        }

        List<string> needed = [];
        foreach (var name in names)
        {
            if (strings >= 0 && TextAt(file, strings + name) is { } text)
            {
                needed.Add(text);
            }
        }

        return needed;
    }

    private static long Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> file, long at, long length) => at < 0 || length < 0 || at > file.Length - length ? default : file.Slice((int)at, (int)length);

    private static string? TextAt(ReadOnlySpan<byte> file, long at)
    {
        if (at < 0 || at >= file.Length)
        {
            return null;
        }

        var rest = file[(int)at..];
        var end = rest.IndexOf((byte)0);
        return end < 0 ? null : Encoding.UTF8.GetString(rest[..end]);
    }
}
