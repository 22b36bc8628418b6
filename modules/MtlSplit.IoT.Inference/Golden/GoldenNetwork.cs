using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Frames;
using MtlSplit.IoT.Inference.Sessions;

namespace MtlSplit.IoT.Inference.Golden;

/// <summary>
/// A backbone with the heads of its bundle, run one frame at a time from raw pixels to probabilities with nothing encoded in
/// between: what golden answers are made with, and checked with. One caller at a time.
/// </summary>
public sealed class GoldenNetwork : IDisposable
{
    private readonly FrameResampler _resampler;
    private readonly BackboneSession _backbone;
    private readonly SortedDictionary<string, HeadSession> _heads = new(StringComparer.Ordinal);

    /// <summary>Loads the models.</summary>
    /// <param name="descriptor">The contract's descriptor.</param>
    /// <param name="backbonePath">The backbone's ONNX file.</param>
    /// <param name="heads">By task: the head's ONNX file and how many classes it tells apart.</param>
    /// <exception cref="InferenceModelException">A file is missing, broken, or takes or gives something else.</exception>
    public GoldenNetwork(FeatureDescriptor descriptor, string backbonePath, IReadOnlyDictionary<string, (string OnnxPath, int Classes)> heads)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(heads);
        _resampler = new FrameResampler(descriptor.Input);
        _backbone = BackboneSession.Load(backbonePath, descriptor);
        try
        {
            foreach (var (task, (path, classes)) in heads)
            {
                _heads.Add(task, HeadSession.Load(path, descriptor.Feature.Length, classes, maxBatch: 1));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Answers one frame.</summary>
    /// <param name="rgb">RGB, rows from the top.</param>
    /// <param name="width">Width in pixels; any, the frame is resampled as the contract says.</param>
    /// <param name="height">Height in pixels.</param>
    /// <exception cref="ArgumentException">The bytes do not fit the size.</exception>
    public GoldenAnswer Answer(ReadOnlySpan<byte> rgb, int width, int height)
    {
        _resampler.Resample(rgb, width, height, _backbone.Frame);
        var feature = _backbone.Run();
        var probabilities = new SortedDictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var (task, head) in _heads)
        {
            feature.CopyTo(head.FeatureAt(0));
            head.Run(1);
            probabilities.Add(task, head.ProbabilitiesAt(0).ToArray());
        }

        return new GoldenAnswer(feature.ToArray(), probabilities);
    }

    /// <summary>Frees the models.</summary>
    public void Dispose()
    {
        _backbone.Dispose();
        foreach (var head in _heads.Values)
        {
            head.Dispose();
        }
    }
}
