using System.Globalization;
using MtlSplit.IoT.Messaging.Quarantine;

namespace MtlSplit.IoT.Cli.Quarantine;

/// <summary>A quarantined message as listed.</summary>
/// <param name="Task">The task whose consumer could not read it.</param>
/// <param name="Id">Its name for <c>show</c> and <c>replay</c>.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Reason">A short code.</param>
/// <param name="Detail">What exactly was wrong.</param>
/// <param name="Topic">Where it was published.</param>
/// <param name="Bytes">The payload's length.</param>
/// <param name="Replayed">Whether it was published again.</param>
internal sealed record QuarantineRow(string Task, string Id, string At, string Reason, string Detail, string Topic, int Bytes, bool Replayed)
{
    public static QuarantineRow Of(string task, QuarantinedMessage message) => new(
        task,
        message.Id.ToString(),
        DateTimeOffset.UnixEpoch.AddMicroseconds(message.Entry.At).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        message.Entry.Reason,
        message.Entry.Detail,
        message.Entry.Topic,
        message.Entry.Payload.Length,
        message.Replayed);
}
