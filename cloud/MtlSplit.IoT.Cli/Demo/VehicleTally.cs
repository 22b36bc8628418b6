using MtlSplit.IoT.Contracts.Status;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>What one vehicle says about itself. Guarded by <see cref="DemoTally"/>.</summary>
internal sealed class VehicleTally(string name)
{
    private VehicleStatus? _previous;

    public string Name { get; } = name;

    public VehicleStatus? Status { get; private set; }

    public double FramesPerSecond { get; private set; }

    public double? BytesPerFeature => Status is { FeaturesDelivered: > 0 } status ? (double)status.EncodedBytes / status.FeaturesDelivered : null;

    public long Dropped => Status is null ? 0 : Status.FramesDropped + (Status.FeaturesDropped?.Values.Sum() ?? 0);

    public void Take(VehicleStatus status)
    {
        // The will carries no counts; it must not wipe out those that there are.
        Status = status.At == 0 && Status is not null ? Status with { Online = false } : status;
        if (_previous is { } previous && status.At - previous.At >= 500_000)
        {
            FramesPerSecond = (status.FramesCaptured - previous.FramesCaptured) / ((status.At - previous.At) / 1e6);
        }

        if (_previous is null || status.At - _previous.At >= 500_000)
        {
            _previous = status;
        }
    }
}
