namespace MtlSplit.IoT.Drift.Alarming;

/// <summary>An alarm that is on.</summary>
/// <param name="Id">Names it in events: key and time.</param>
/// <param name="Key">What is alarmed about.</param>
/// <param name="RaisedAt">The check that raised it, Unix microseconds.</param>
/// <param name="ConfirmedAt">The newest check that confirmed it, Unix microseconds.</param>
/// <param name="Confirmed">How many checks did.</param>
/// <param name="CalmSince">How many checks in a row have been calm since.</param>
/// <param name="Reason">Why it was raised.</param>
public sealed record DriftAlarm(string Id, DriftKey Key, long RaisedAt, long ConfirmedAt, int Confirmed, int CalmSince, string Reason);
