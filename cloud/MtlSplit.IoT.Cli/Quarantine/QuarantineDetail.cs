using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Messaging.Quarantine;

namespace MtlSplit.IoT.Cli.Quarantine;

/// <summary>A quarantined message with all that came with it, as <c>show --json</c> prints it.</summary>
/// <param name="Message">As it is listed.</param>
/// <param name="Properties">Its user properties, in their order; a name may occur twice.</param>
/// <param name="Feature">The feature, where the payload reads as one.</param>
/// <param name="Fault">Why it does not; null where it does.</param>
/// <param name="Payload">The payload.</param>
internal sealed record QuarantineDetail(
    QuarantineRow Message,
    IReadOnlyList<QuarantineDetail.Property> Properties,
    QuarantineDetail.FeatureHead? Feature,
    string? Fault,
    byte[] Payload)
{
    public static QuarantineDetail Of(string task, QuarantinedMessage message)
    {
        var reads = FeatureMessage.TryRead(message.Entry.Payload, out var feature, out var fault);
        return new QuarantineDetail(
            QuarantineRow.Of(task, message),
            [.. message.Entry.UserProperties.Select(property => new Property(property.Key, property.Value))],
            reads ? new FeatureHead($"{feature.Frame}", feature.Encoding, feature.Tensor.Length) : null,
            reads ? null : fault.ToString(),
            message.Entry.Payload.ToArray());
    }

    /// <summary>A user property.</summary>
    internal sealed record Property(string Name, string Value);

    /// <summary>What a feature says of itself.</summary>
    /// <param name="Frame">The frame.</param>
    /// <param name="Encoding">The number of its encoding in the contract.</param>
    /// <param name="TensorBytes">Length of its encoded tensor.</param>
    internal sealed record FeatureHead(string Frame, uint Encoding, int TensorBytes);
}
