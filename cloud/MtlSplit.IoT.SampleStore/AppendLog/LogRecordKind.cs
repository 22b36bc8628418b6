namespace MtlSplit.IoT.SampleStore.AppendLog;

/// <summary>What a record of the log holds.</summary>
internal enum LogRecordKind : byte
{
    None = 0,
    Feature = 1,
    Prediction = 2,
    Label = 3,
}
