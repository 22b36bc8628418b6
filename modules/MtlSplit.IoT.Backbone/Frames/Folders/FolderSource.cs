using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Frames;

namespace MtlSplit.IoT.Backbone.Frames.Folders;

/// <summary>The PNG and JPEG files of a folder, by name. One that cannot be decoded is logged, counted and skipped.</summary>
internal sealed class FolderSource : IFrameSource
{
    private static readonly HashSet<string> Extensions = new([".png", ".jpg", ".jpeg"], StringComparer.OrdinalIgnoreCase);

    private readonly string _folder;
    private readonly string[] _files;
    private readonly bool _repeat;
    private readonly FramePacer _pacer;
    private readonly BackboneCounters _counters;
    private readonly ILogger _log;
    private readonly FrameResampler _resampler;
    private readonly ImageFile _image = new();
    private int _next;
    private bool _anyGood;

    /// <exception cref="FrameSourceException">There is no such folder, or no image in it.</exception>
    public FolderSource(FolderOptions options, InputSpec target, FramePacer pacer, BackboneCounters counters, ILogger<FolderSource> log)
    {
        (_pacer, _counters, _log, _repeat) = (pacer, counters, log, options.Repeat);
        if (options.Path.Length == 0)
        {
            throw new FrameSourceException("Frames:Folder:Path is required with the source 'folder': use --folder DIR.");
        }

        _folder = Path.GetFullPath(options.Path);
        if (!Directory.Exists(_folder))
        {
            throw new FrameSourceException($"Frames:Folder:Path: there is no folder {_folder}.");
        }

        _files = [.. Directory.EnumerateFiles(_folder).Where(f => Extensions.Contains(Path.GetExtension(f))).Order(StringComparer.Ordinal)];
        if (_files.Length == 0)
        {
            throw new FrameSourceException($"Frames:Folder:Path: there is no PNG or JPEG file in {_folder}.");
        }

        _resampler = new FrameResampler(target);
    }

    public async ValueTask<bool> NextAsync(ulong number, Memory<byte> rgb, CancellationToken ct)
    {
        await _pacer.WaitAsync(ct);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            if (_next == _files.Length)
            {
                if (!_anyGood)
                {
                    throw new FrameSourceException($"None of the {_files.Length} images in {_folder} can be decoded.");
                }

                if (!_repeat)
                {
                    return false;
                }

                // Judged anew in every round: files may have gone bad, and skipping all of them for ever is no source.
                (_next, _anyGood) = (0, false);
            }

            var file = _files[_next++];
            if (_image.Read(file) is { } fault)
            {
                _counters.FrameUnreadable();
                Log.ImageSkipped(_log, file, fault);
                continue;
            }

            _anyGood = true;
            _resampler.Resample(_image.Rgb, _image.Width, _image.Height, rgb.Span);
            return true;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
