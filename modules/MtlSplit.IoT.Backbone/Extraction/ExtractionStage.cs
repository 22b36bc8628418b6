namespace MtlSplit.IoT.Backbone.Extraction;

/// <summary>
/// The workers between the waiting frames and the sink. Each has a session and an encoder of its own; the sink gets features
/// in capture order whatever their number.
/// </summary>
internal sealed class ExtractionStage(FrameQueue frames, FramePool pool, IReadOnlyList<FeatureExtractor> extractors, IFeatureSink sink)
{
    private readonly CaptureOrder _order = new();

    /// <summary>Works until the frames are complete and all of them are handed on. Fails when a worker does, once all have ended.</summary>
    public Task RunAsync() => Task.WhenAll(extractors.Select(extractor => Task.Run(() => WorkAsync(extractor))));

    private async Task WorkAsync(FeatureExtractor extractor)
    {
        try
        {
            while (await frames.Reader.WaitToReadAsync())
            {
                while (_order.TryTake(frames.Reader, out var frame, out var place))
                {
                    var going = Extract(extractor, frame!, place);
                    pool.Return(frame!);
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

    private bool Extract(FeatureExtractor extractor, CapturedFrame frame, long place)
    {
        var feature = extractor.Extract(frame);
        return _order.Leave(place, sink, feature);
    }
}
