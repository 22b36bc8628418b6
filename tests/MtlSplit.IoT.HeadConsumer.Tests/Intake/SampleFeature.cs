using System.Security.Cryptography;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.HeadConsumer.Intake;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.HeadConsumer.Tests.Intake;

/// <summary>A feature as it comes from the bus, which remembers its acknowledgement.</summary>
internal sealed class SampleFeature
{
    public static readonly ContractId OneContract = new(SHA256.HashData("one"u8));
    public static readonly ContractId OtherContract = new(SHA256.HashData("other"u8));

    private SampleFeature(TimeProvider time, int number, ContractId contract, bool duplicate)
    {
        Delivery = new BusDelivery($"topic/{number}", new byte[] { 1 }, () => Acknowledged = true) { Duplicate = duplicate };
        var message = new FeatureMessage(new FrameId(1, (ulong)number), 0, (ulong)number, 1, new byte[] { 1 }, Late: false);
        Pending = new PendingFeature(Delivery, "car", contract, message, 0, time.GetTimestamp());
    }

    public BusDelivery Delivery { get; }

    public PendingFeature Pending { get; }

    public FrameKey Key => Pending.Key;

    public bool Acknowledged { get; private set; }

    public static SampleFeature Of(TimeProvider time, int number, ContractId? contract = null, bool duplicate = false) =>
        new(time, number, contract ?? OneContract, duplicate);
}
