using Microsoft.Win32.SafeHandles;

namespace MtlSplit.IoT.SampleStore.AppendLog;

/// <summary>
/// Records from elsewhere than the bus, written beside the log without the store's lock: a recorder may run. <see cref="HandIn"/> makes
/// them part of the store, segment by segment in one step each; what is not handed in is gone with the process. One thread at a time.
/// </summary>
internal sealed class ImportSegment(SampleFolder folder, long writtenAt, long segmentBytes) : IDisposable
{
    // Open, and by that locked, until they are handed in: nobody takes them for abandoned.
    private readonly List<(string Whole, string Unfinished, SafeFileHandle File)> _full = [];
    private readonly MemoryStream _buffer = new();
    private (string Whole, string Unfinished) _path;
    private SafeFileHandle? _file;
    private long _length;

    /// <summary>Writes one record.</summary>
    public void Add(in LogRecord record)
    {
        var size = LogFormat.SizeOf(record);
        _buffer.SetLength(size);
        LogFormat.Write(record, _buffer.GetBuffer());
        _file ??= Open();
        RandomAccess.Write(_file, _buffer.GetBuffer().AsSpan(0, size), _length);
        _length += size;
        if (_length >= segmentBytes)
        {
            Finish();
        }
    }

    /// <summary>Hands everything in. It is on disk then, and every reader sees it.</summary>
    /// <exception cref="IOException">The disk refuses it; what was handed in before stays, and handing in the same records again adds nothing.</exception>
    public void HandIn()
    {
        Finish();
        while (_full is [var (whole, unfinished, file), ..])
        {
            file.Dispose();
            File.Move(unfinished, whole);
            _full.RemoveAt(0);
        }
    }

    /// <summary>Deletes what a killed process left. One that is still being written is locked and stays.</summary>
    public static void RemoveAbandoned(SampleFolder folder)
    {
        if (!Directory.Exists(folder.Imports))
        {
            return;
        }

        foreach (var unfinished in Directory.EnumerateFiles(folder.Imports, "*.new"))
        {
            try
            {
                using var free = new FileStream(unfinished, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                File.Delete(unfinished);
            }
            catch (IOException)
            {
                // Somebody writes it, or has just handed it in.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _buffer.Dispose();
        foreach (var (_, unfinished, file) in _file is null ? _full : _full.Append((_path.Whole, _path.Unfinished, _file)))
        {
            file.Dispose();
            File.Delete(unfinished);
        }
    }

    private SafeFileHandle Open()
    {
        Directory.CreateDirectory(folder.Imports);
        _path = folder.ImportPath(writtenAt, Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddMicroseconds(writtenAt)));
        return File.OpenHandle(_path.Unfinished, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    private void Finish()
    {
        if (_file is null)
        {
            return;
        }

        RandomAccess.FlushToDisk(_file);
        _full.Add((_path.Whole, _path.Unfinished, _file));
        _file = null;
        _length = 0;
    }
}
