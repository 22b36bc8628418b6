namespace MtlSplit.IoT.Messaging.Quarantine;

/// <summary>A part of the log that could not be read: torn by a crash, or damaged since.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">Where the part begins.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="What">What is wrong with it.</param>
public sealed record QuarantineFault(string File, long Offset, long Bytes, string What);
