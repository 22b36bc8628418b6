using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.Contracts.Twins;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>What one vehicle says about itself. Guarded by <see cref="DemoTally"/>.</summary>
internal sealed class VehicleTally(string name)
{
    private const int ShownDigits = 8;

    private VehicleStatus? _previous;

    public string Name { get; } = name;

    public VehicleStatus? Status { get; private set; }

    /// <summary>What its backbone module reports to the hub; null: nothing yet.</summary>
    public BackboneReported? Reported { get; set; }

    /// <summary>The bundle in use, as short as people read it.</summary>
    public string Bundle => (Reported?.Active?.Digest ?? Status?.Bundle) is { Length: > ShownDigits } digest ? digest[..ShownDigits] : "-";

    /// <summary>The contract of its features, in its short form.</summary>
    public string Contract => (Reported?.Active?.Contract ?? Status?.Contract) is { } text && ContractId.TryParse(text, out var contract) ? contract.ShortForm : "-";

    /// <summary>How far its last update came.</summary>
    public string Update => Reported switch
    {
        null => "-",
        { Fault: not null } => "fault",
        { Update: { Code: { } code } update } => $"{update.State}: {code}",
        { Update: { } update } => update.State,
        { Active.Proven: true } => "proven",
        { Active: not null } => "provisional",
        _ => "-",
    };

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
