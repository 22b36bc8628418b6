using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Inference.Golden;
using MtlSplit.IoT.Inference.Sessions;

namespace MtlSplit.IoT.Backbone.Extraction;

/// <summary>A bundle whose digests hold and whose golden frames come out right on this machine, and the encoding to use.</summary>
internal sealed record ProvenBundle(Bundle Bundle, EncodingVariant Encoding)
{
    /// <exception cref="StartException">The bundle may not be used here; the message says why.</exception>
    public static ProvenBundle Open(BackboneOptions options, ILogger log)
    {
        try
        {
            var bundle = Bundle.Open(options.Bundle);
            var encoding = Array.Find(bundle.Descriptor.Encodings, e => e.Name == options.Encoding)
                ?? throw new StartException($"Backbone:Encoding: the contract of {bundle.Folder} has no encoding '{options.Encoding}', but {string.Join(", ", bundle.Descriptor.Encodings.Select(e => e.Name))}.");
            var report = GoldenCheck.Run(bundle);
            if (report.Frames.FirstOrDefault(frame => !frame.Passed) is { } failed)
            {
                throw new StartException($"The bundle {bundle.Folder} does not work on this machine: golden frame {failed.Frame}: {failed.Fault}.");
            }

            Log.Ready(
                log, options.Vehicle, options.Fleet, bundle.Digest[..12], bundle.Contract.ShortForm, encoding.Name, report.Frames.Count, report.Frames.Select(f => f.Feature).DefaultIfEmpty(0).Max());
            return new ProvenBundle(bundle, encoding);
        }
        catch (Exception e) when (e is BundleException or InferenceModelException or IOException or ArgumentException)
        {
            throw new StartException($"The bundle cannot be used: {e.Message}", e);
        }
    }
}
