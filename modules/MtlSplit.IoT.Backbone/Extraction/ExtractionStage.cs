namespace MtlSplit.IoT.Backbone.Extraction;

/// <summary>
/// The workers between the waiting frames and the sink. Each has a session and an encoder of its own; the sink gets features
/// in capture order whatever their number, and whichever backbone made them.
/// </summary>
internal sealed class ExtractionStage(FrameQueue frames, FramePool pool, LiveBackbone backbone, IFeatureSink sink)
{
    private readonly CaptureOrder _order = new(backbone);

    /// <summary>Works until the frames are complete and all of them are handed on. Fails when a worker does, once all have ended.</summary>
    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, backbone.Workers).Select(worker => Task.Run(() => WorkAsync(worker))));

    private async Task WorkAsync(int worker)
    {
        try
        {
            while (await frames.Reader.WaitToReadAsync())
            {
                while (_order.TryTake(frames.Reader, out var turn))
                {
                    var going = Extract(worker, turn);
                    pool.Return(turn.Frame);
                    if (!going)
                    {
                        return;
                    }
                }
            }
        }
        catch
        {
            _order.Break();
            frames.Complete();
            throw;
        }
    }

    private bool Extract(int worker, in FrameTurn turn)
    {
        // Until the feature has left: it lies in the extractor's buffer.
        using var backbone = turn.Backbone;
        var feature = backbone.Value.Of(worker).Extract(turn.Frame);
        return _order.Leave(turn.Place, sink, feature);
    }
}
