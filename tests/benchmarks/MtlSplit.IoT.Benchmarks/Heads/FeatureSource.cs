using MtlSplit.IoT.Benchmarks.Bus;
using MtlSplit.IoT.Benchmarks.Timing;
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

    // More than any receiver may hold unacknowledged, so that none waits for the source.
    private const int Ahead = 1024;

    // The frame comes first in the message, behind its tag and length; its number is the second half.
    private const int FrameNumberAt = 2 + (FrameId.Size / 2);

    private readonly RawConnection _connection;
    private readonly RawPublisher _publisher;
    private readonly int _size;
    private ArrivalCounter? _turn;

    public FeatureSource(Bundle bundle, int port, string topic, ulong session)
    {
        using var backbone = BackboneSession.Load(bundle.BackbonePath, bundle.Descriptor);
        using var encoder = new FeatureEncoder(bundle.Descriptor, bundle.Descriptor.Encodings.First(e => e.Name == EncodingVariant.UInt8));
        SceneRenderer.Render(Shapes3DSplit.TestIndex(4711), Light.Standard, backbone.Frame);
        var tensor = new byte[encoder.MaxEncodedLength];
        var encoded = encoder.Encode(backbone.Run(), tensor);
        var message = new FeatureMessage(new FrameId(session, 0), 1, 0, encoder.Encoding.Id, tensor.AsMemory(0, encoded.Length), Late: false);
        var payload = new byte[message.GetSize()];
        message.Write(payload);
        _size = payload.Length;
        _connection = new RawConnection(port, $"bench-source-{session}");
        _publisher = new RawPublisher(_connection, topic, payload, Window, FrameNumberAt);
    }

    /// <summary>Publishes for a while on a thread of its own, and waits until all of it has arrived.</summary>
    public async Task<Throughput> RunAsync(TimeSpan length)
    {
        var turn = new ArrivalCounter(_size, Ahead);
        Volatile.Write(ref _turn, turn);
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var sent = await Task.Factory.StartNew(
            () => _publisher.Run(turn, length), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var rate = await turn.FinishAsync(sent);
        return new Throughput(rate, (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)sent);
    }

    /// <summary>Whoever receives tells how much has come through.</summary>
    public void Arrived(int count) => Volatile.Read(ref _turn)?.Arrived(count);

    public void Dispose() => _connection.Dispose();
}
