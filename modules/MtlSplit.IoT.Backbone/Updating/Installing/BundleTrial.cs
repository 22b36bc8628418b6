using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Inference.Golden;
using MtlSplit.IoT.Inference.Sessions;

namespace MtlSplit.IoT.Backbone.Updating.Installing;

/// <summary>Runs a bundle on this machine before anything depends on it.</summary>
internal static class BundleTrial
{
    /// <summary>Loads the backbone and lets it make a feature of a frame.</summary>
    /// <exception cref="BundleException"><see cref="BundleFault.CannotRun"/>.</exception>
    public static void Warm(Bundle bundle)
    {
        try
        {
            using var session = BackboneSession.Load(bundle.BackbonePath, bundle.Descriptor);
            session.Run();
        }
        catch (InferenceModelException e)
        {
            throw new BundleException(BundleFault.CannotRun, bundle.Folder, e.Message, e);
        }
    }

    /// <summary>Runs the golden frames.</summary>
    /// <exception cref="BundleException"><see cref="BundleFault.GoldenMismatch"/>, or <see cref="BundleFault.CannotRun"/> where a head does not load.</exception>
    public static void RunGolden(Bundle bundle)
    {
        try
        {
            if (GoldenCheck.Run(bundle).Frames.FirstOrDefault(frame => !frame.Passed) is { } failed)
            {
                throw new BundleException(BundleFault.GoldenMismatch, bundle.Folder, $"golden frame {failed.Frame}: {failed.Fault}");
            }
        }
        catch (InferenceModelException e)
        {
            throw new BundleException(BundleFault.CannotRun, bundle.Folder, e.Message, e);
        }
    }
}
