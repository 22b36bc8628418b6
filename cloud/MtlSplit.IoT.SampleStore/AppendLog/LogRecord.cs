namespace MtlSplit.IoT.SampleStore.AppendLog;

/// <summary>One message as it came from the bus.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="ReceivedAt">When the recorder received it, Unix microseconds.</param>
/// <param name="Topic">The topic it came on.</param>
/// <param name="Payload">The payload, unchanged.</param>
internal readonly record struct LogRecord(LogRecordKind Kind, long ReceivedAt, string Topic, ReadOnlyMemory<byte> Payload);
