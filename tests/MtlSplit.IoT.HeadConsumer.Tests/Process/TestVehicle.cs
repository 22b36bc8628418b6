using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Inference.Encoding;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.HeadConsumer.Tests.Process;

/// <summary>Makes features whose values follow from their number alone, and knows what a head must say about them.</summary>
internal sealed class TestVehicle : IDisposable
{
    /// <summary>The encoding that loses nothing.</summary>
    public const int Exact = 1;

    private readonly string _fleet;
    private readonly string _name;
    private readonly FeatureDescriptor _descriptor;
    private readonly FeatureEncoder _encoder;

    public TestVehicle(string fleet, string name, Bundle bundle)
    {
        (_fleet, _name, _descriptor) = (fleet, name, bundle.Descriptor);
        _encoder = new FeatureEncoder(_descriptor, _descriptor.FindEncoding(Exact)!);
    }

    public ulong Session => (ulong)_name.Length + 7;

    public string Topic => DataTopics.Feature(_fleet, _name, _descriptor.Contract);

    /// <summary>The values of a feature.</summary>
    public float[] Values(int n)
    {
        var random = new Random(n);
        var values = new float[_descriptor.Feature.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (random.NextSingle() - 0.5f) * 4;
        }

        return values;
    }

    /// <summary>The encoded values of a feature.</summary>
    public byte[] Tensor(int n)
    {
        var encoded = new byte[_encoder.MaxEncodedLength];
        return encoded[.._encoder.Encode(Values(n), encoded).Length];
    }

    /// <summary>A whole feature on its topic.</summary>
    public BusMessage Feature(int n) => new(Topic, Payload(n, Exact, Tensor(n)));

    /// <summary>A feature message around any tensor.</summary>
    public byte[] Payload(int n, uint encoding, byte[] tensor)
    {
        var message = new FeatureMessage(new FrameId(Session, (ulong)n), CapturedAt(n), (ulong)n, encoding, tensor, Late: false);
        var payload = new byte[message.GetSize()];
        message.Write(payload);
        return payload;
    }

    public static long CapturedAt(int n) => 1_700_000_000_000_000 + n;

    /// <summary>What a head says about a feature, asked alone.</summary>
    public float[] Answer(HeadSession head, int n)
    {
        Values(n).CopyTo(head.FeatureAt(0));
        head.Run(1);
        return head.ProbabilitiesAt(0).ToArray();
    }

    /// <summary>Any bytes as a Zstandard frame.</summary>
    public static byte[] Compress(FeatureDescriptor descriptor, byte[] bytes)
    {
        var identity = new EncodingVariant(1, EncodingVariant.UInt8, EncodingVariant.Zstandard, new Quantiser(0, 255));
        using var encoder = new FeatureEncoder(descriptor with { Feature = new FeatureSpec { Shape = [bytes.Length, 1, 1] }, Encodings = [identity] }, identity);
        var encoded = new byte[encoder.MaxEncodedLength];
        return encoded[..encoder.Encode(Array.ConvertAll(bytes, b => (float)b), encoded).Length];
    }

    public void Dispose() => _encoder.Dispose();
}
