using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Encoding;
using MtlSplit.IoT.Inference.Slots;

namespace MtlSplit.IoT.HeadConsumer.Heads;

/// <summary>One contract that this consumer can read: its decoder, and the head in use in a slot.</summary>
internal sealed class ContractHead(FeatureDescriptor descriptor, WarmHead first, long now) : IDisposable
{
    private string _version = first.Release.Version;
    private long _lastUsed = now;

    /// <summary>Used by the answering loop alone.</summary>
    public FeatureDecoder Decoder { get; } = new(descriptor);

    public Slot<WarmHead> Slot { get; } = new(first);

    public FeatureDescriptor Descriptor { get; } = descriptor;

    /// <summary>The version in use.</summary>
    public string Version => Volatile.Read(ref _version);

    /// <summary>When it last answered, in the time provider's ticks.</summary>
    public long LastUsed
    {
        get => Volatile.Read(ref _lastUsed);
        set => Volatile.Write(ref _lastUsed, value);
    }

    public void Swap(WarmHead next)
    {
        Slot.Swap(next);
        Volatile.Write(ref _version, next.Release.Version);
    }

    public void Dispose()
    {
        Slot.Dispose();
        Decoder.Dispose();
    }
}
