using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Sessions;

namespace MtlSplit.IoT.Backbone.Extraction;

/// <summary>
/// A bundle in memory: a session and an encoder for each worker, warm. Each extractor is for one caller at a time. Disposing frees the
/// engine's memory and completes <see cref="Retired"/>.
/// </summary>
internal sealed class LoadedBackbone : IDisposable
{
    private readonly FeatureExtractor[] _extractors;
    private readonly TaskCompletionSource _retired = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LoadedBackbone(Bundle bundle, EncodingVariant encoding, FeatureExtractor[] extractors)
    {
        (Bundle, Encoding, _extractors) = (bundle, encoding, extractors);
    }

    /// <summary>The bundle.</summary>
    public Bundle Bundle { get; }

    /// <summary>How its features are encoded.</summary>
    public EncodingVariant Encoding { get; }

    /// <summary>Completes when nobody uses it any more.</summary>
    public Task Retired => _retired.Task;

    /// <summary>Loads a bundle and lets every session make one feature, so that the first frame does not wait for that.</summary>
    /// <param name="bundle">The bundle; its files are checked.</param>
    /// <param name="encoding">The encoding's name.</param>
    /// <param name="workers">How many callers there are.</param>
    /// <param name="counters">Where features are counted.</param>
    /// <param name="time">The clock of durations.</param>
    /// <exception cref="BundleException">Its contract has no such encoding.</exception>
    /// <exception cref="InferenceModelException">The backbone cannot be loaded or run.</exception>
    public static LoadedBackbone Load(Bundle bundle, string encoding, int workers, BackboneCounters counters, TimeProvider time)
    {
        var variant = Array.Find(bundle.Descriptor.Encodings, e => e.Name == encoding) ?? throw new BundleException(
            BundleFault.CannotRun, bundle.Folder, $"its contract has no encoding '{encoding}', but {string.Join(", ", bundle.Descriptor.Encodings.Select(e => e.Name))}");
        var origin = new FeatureOrigin(bundle.Digest, bundle.Contract, bundle.Descriptor.ToCanonicalJson());
        var extractors = new List<FeatureExtractor>(workers);
        try
        {
            for (var worker = 0; worker < workers; worker++)
            {
                extractors.Add(new FeatureExtractor(bundle.BackbonePath, bundle.Descriptor, origin, variant, counters, time));
                extractors[^1].Warm();
            }
        }
        catch
        {
            extractors.ForEach(extractor => extractor.Dispose());
            throw;
        }

        return new LoadedBackbone(bundle, variant, [.. extractors]);
    }

    /// <summary>The extractor of a worker.</summary>
    public FeatureExtractor Of(int worker) => _extractors[worker];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var extractor in _extractors)
        {
            extractor.Dispose();
        }

        _retired.TrySetResult();
    }
}
