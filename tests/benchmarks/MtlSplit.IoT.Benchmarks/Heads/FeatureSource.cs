using MtlSplit.IoT.Benchmarks.Bus;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Encoding;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Benchmarks.Heads;

/// <summary>A feature of a rendered scene, published again and again over a bare socket, each time under a frame of its own.</summary>
internal sealed class FeatureSource : IDisposable
{
    private const int Window = 100;

    // The frame comes first in the message, behind its tag and length; its number is the second half.
    private const int FrameNumberAt = 2 + (FrameId.Size / 2);

    private readonly RawConnection _connection;
    private readonly RawPublisher _publisher;

    public FeatureSource(Bundle bundle, int port, string topic, ulong session)
    {
        using var backbone = BackboneSession.Load(bundle.BackbonePath, bundle.Descriptor);
        using var encoder = new FeatureEncoder(bundle.Descriptor, bundle.Descriptor.Encodings.First(e => e.Name == EncodingVariant.UInt8));
        SceneRenderer.Render(Shapes3DSplit.TestIndex(4711), Light.Standard, backbone.Frame);
        var tensor = new byte[encoder.MaxEncodedLength];
        var encoded = encoder.Encode(backbone.Run(), tensor);
        var message = new FeatureMessage(new FrameId(session, 0), 1, 0, encoder.Encoding.Id, tensor.AsMemory(0, encoded.Length), Late: false);
        Payload = new byte[message.GetSize()];
        message.Write(Payload);
        _connection = new RawConnection(port, $"bench-source-{session}");
        _publisher = new RawPublisher(_connection, topic, Payload, Window, FrameNumberAt);
    }

    public byte[] Payload { get; }

    /// <summary>Publishes for a while on a thread of its own. Returns how many.</summary>
    public Task<long> RunAsync(ArrivalCounter turn, TimeSpan length) => Task.Factory.StartNew(
        () => _publisher.Run(turn, length), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose() => _connection.Dispose();
}
