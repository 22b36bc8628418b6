using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Frames;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Backbone.Frames.Shapes;

/// <summary>Renders the scenes of a schedule, so that anybody who knows the schedule knows what frame n showed.</summary>
/// <param name="schedule">Which scene comes when.</param>
/// <param name="light">The light of now.</param>
/// <param name="target">The size that the contract asks for.</param>
/// <param name="pacer">The rate.</param>
internal sealed class Shapes3DSource(FrameSchedule schedule, Func<Light> light, InputSpec target, FramePacer pacer) : IFrameSource
{
    private readonly byte[] _scene = new byte[SceneRenderer.ImageLength];
    private readonly FrameResampler _resampler = new(target);

    public async ValueTask<bool> NextAsync(ulong number, Memory<byte> rgb, CancellationToken ct)
    {
        await pacer.WaitAsync(ct);
        SceneRenderer.Render(schedule.IndexOf(number), light(), _scene);
        _resampler.Resample(_scene, SceneRenderer.Size, SceneRenderer.Size, rgb.Span);
        return true;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
