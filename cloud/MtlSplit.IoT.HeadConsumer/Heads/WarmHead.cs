using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Inference.Sessions;

namespace MtlSplit.IoT.HeadConsumer.Heads;

/// <summary>A head that is loaded and has run. Used by one loop at a time.</summary>
internal sealed class WarmHead(HeadRelease release, HeadSession session) : IDisposable
{
    public HeadRelease Release { get; } = release;

    public HeadSession Session { get; } = session;

    /// <summary>Loads a head and runs it once at every batch size.</summary>
    public static WarmHead Load(HeadRelease release, int featureLength, int maxBatch)
    {
        var session = HeadSession.Load(release.OnnxPath, featureLength, release.Manifest.Classes.Length, maxBatch);
        session.Warm();
        return new WarmHead(release, session);
    }

    public void Dispose() => Session.Dispose();
}
