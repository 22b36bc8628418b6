using System.Buffers.Binary;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Storage.Journals;

/// <summary>
/// What was acknowledged, on disk: three slots of one page. The one that was synced last is never written to, the other two take turns: a power
/// cut in the middle of writing leaves the first, the end of the process at least one of the others. Its size never changes.
/// <see cref="Sync"/> may run beside the other members; those are for one thread at a time.
/// </summary>
internal sealed class AcknowledgementFile : IDisposable
{
    private const int Slot = 4096;
    private const int Slots = 3;
    private const int Header = 28;
    private const int MaxRanges = (Slot - Header) / 16;

    private readonly byte[] _page = new byte[Slot];
    private readonly IFile _file;
    private ulong _generation;
    private int _latest;
    private volatile int _synced;
    private volatile int _syncing = -1;

    private AcknowledgementFile(IFile file) => _file = file;

    private static ReadOnlySpan<byte> Magic => "MTLACKS1"u8;

    /// <summary>Opens or makes it.</summary>
    /// <param name="files">Where.</param>
    /// <param name="path">The file.</param>
    /// <param name="settled">Gets what it says.</param>
    /// <param name="damaged">Whether it was there and says nothing.</param>
    public static AcknowledgementFile Open(IFileSystem files, string path, SequenceRanges settled, out bool damaged)
    {
        var self = new AcknowledgementFile(files.Open(path, FileOpening.OpenOrCreate));
        try
        {
            damaged = !self.Load(settled) && self._file.Length > 0;
            return self;
        }
        catch (IOException)
        {
            damaged = true;
            return self;
        }
        catch
        {
            self.Dispose();
            throw;
        }
    }

    /// <summary>Writes the set; it survives the end of the process then. More ranges than a slot holds are cut to the longest: the rest comes again.</summary>
    public void Write(SequenceRanges settled)
    {
        var ranges = settled.Above;
        if (ranges.Length > MaxRanges)
        {
            ranges = ranges.ToArray().OrderByDescending(range => range.Last - range.First).Take(MaxRanges).OrderBy(range => range.First).ToArray();
        }

        _page.AsSpan().Clear();
        Magic.CopyTo(_page);
        BinaryPrimitives.WriteUInt64LittleEndian(_page.AsSpan(8), ++_generation);
        BinaryPrimitives.WriteUInt64LittleEndian(_page.AsSpan(16), settled.Below);
        var at = Header;
        foreach (var (first, last) in ranges)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_page.AsSpan(at), first);
            BinaryPrimitives.WriteUInt64LittleEndian(_page.AsSpan(at + 8), last);
            at += 16;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(_page.AsSpan(24), Checksum(_page));
        var busy = _syncing >= 0 ? _syncing : _latest;
        _latest = Enumerable.Range(0, Slots).First(slot => slot != _synced && slot != busy);
        _file.Write(_page, (long)_latest * Slot);
    }

    /// <summary>Makes what was written survive a power cut. May run beside the other members.</summary>
    public void Sync()
    {
        _syncing = _latest;
        try
        {
            _file.Sync();
            _synced = _syncing;
        }
        finally
        {
            _syncing = -1;
        }
    }

    public void Dispose() => _file.Dispose();

    private static uint Checksum(ReadOnlySpan<byte> page) => Crc32C.Finish(Crc32C.Append(Crc32C.Append(Crc32C.Start, page[..24]), page[Header..]));

    private bool Load(SequenceRanges settled)
    {
        var best = new byte[Slot];
        for (var slot = 0; slot < Slots; slot++)
        {
            if (_file.Read(_page, slot * Slot) == Slot && _page.AsSpan().StartsWith(Magic)
                && BinaryPrimitives.ReadUInt32LittleEndian(_page.AsSpan(24)) == Checksum(_page)
                && BinaryPrimitives.ReadUInt64LittleEndian(_page.AsSpan(8)) is var generation && generation > _generation)
            {
                _generation = generation;
                _latest = slot;
                _page.CopyTo(best, 0);
            }
        }

        if (_generation == 0)
        {
            return false;
        }

        // Whoever wrote it may have been killed before it was synced.
        Sync();

        settled.Add(1, BinaryPrimitives.ReadUInt64LittleEndian(best.AsSpan(16)) - 1);
        for (var at = Header; at + 16 <= Slot && BinaryPrimitives.ReadUInt64LittleEndian(best.AsSpan(at)) is > 0 and var first; at += 16)
        {
            settled.Add(first, BinaryPrimitives.ReadUInt64LittleEndian(best.AsSpan(at + 8)));
        }

        return true;
    }
}
