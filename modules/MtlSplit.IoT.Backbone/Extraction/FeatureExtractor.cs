using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Encoding;
using MtlSplit.IoT.Inference.Sessions;

namespace MtlSplit.IoT.Backbone.Extraction;

/// <summary>
/// One worker's backbone and encoder. Nothing is allocated per frame. One caller at a time; disposing frees the engine's
/// memory.
/// </summary>
internal sealed class FeatureExtractor : IDisposable
{
    private readonly BackboneSession _session;
    private readonly FeatureEncoder _encoder;
    private readonly FeatureOrigin _origin;
    private readonly BackboneCounters _counters;
    private readonly TimeProvider _time;
    private readonly byte[] _encoded;

    /// <exception cref="InferenceModelException">The backbone cannot be loaded.</exception>
    public FeatureExtractor(string onnxPath, FeatureDescriptor descriptor, FeatureOrigin origin, EncodingVariant encoding, BackboneCounters counters, TimeProvider time)
    {
        (_origin, _counters, _time) = (origin, counters, time);
        _session = BackboneSession.Load(onnxPath, descriptor);
        _encoder = new FeatureEncoder(descriptor, encoding);
        _encoded = GC.AllocateUninitializedArray<byte>(_encoder.MaxEncodedLength, pinned: true);
    }

    /// <summary>Turns a frame into an encoded feature, which the next call overwrites.</summary>
    /// <exception cref="InferenceModelException">The engine failed.</exception>
    public ExtractedFeature Extract(CapturedFrame frame)
    {
        var began = _time.GetTimestamp();
        frame.Rgb.CopyTo(_session.Frame);
        var feature = _session.Run();
        var inferred = _time.GetTimestamp();
        var encoded = _encoder.Encode(feature, _encoded);
        _counters.FeatureExtracted(
            _time.GetElapsedTime(began, inferred), _time.GetElapsedTime(inferred), encoded.Saturated, feature.Length);
        return new ExtractedFeature(_origin, frame.Id, frame.CapturedAt, _encoder.Encoding.Id, _encoded.AsMemory(0, encoded.Length), frame.Span);
    }

    /// <summary>Makes a feature of whatever the session's buffer holds, and forgets it: the first one takes longer.</summary>
    /// <exception cref="InferenceModelException">The engine failed.</exception>
    public void Warm() => _encoder.Encode(_session.Run(), _encoded);

    public void Dispose()
    {
        _encoder.Dispose();
        _session.Dispose();
    }
}
