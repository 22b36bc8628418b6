using MtlSplit.IoT.Backbone.Frames;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Benchmarks.Backbone;

/// <summary>A source that has rendered its frames beforehand, so that only what comes after the camera is measured.</summary>
internal sealed class PreparedFrames : IFrameSource
{
    private readonly byte[][] _frames;

    public PreparedFrames(int length)
    {
        _frames = [.. Enumerable.Range(0, 256).Select(n =>
        {
            var rgb = new byte[length];
            SceneRenderer.Render(Shapes3DSplit.TestIndex(n * 467), Light.Standard, rgb);
            return rgb;
        })];
    }

    public ReadOnlySpan<byte> this[ulong number] => _frames[number % (ulong)_frames.Length];

    public ValueTask<bool> NextAsync(ulong number, Memory<byte> rgb, CancellationToken ct)
    {
        this[number].CopyTo(rgb.Span);
        return ValueTask.FromResult(!ct.IsCancellationRequested);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
