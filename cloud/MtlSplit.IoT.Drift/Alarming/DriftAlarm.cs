namespace MtlSplit.IoT.Drift.Alarming;

/// <summary>An alarm that is on.</summary>
/// <param name="Id">Names it in events: key and time.</param>
/// <param name="Raised">The check that raised it.</param>
/// <param name="Last">The newest check that confirmed it.</param>
/// <param name="Confirmed">How many checks did.</param>
/// <param name="CalmSince">How many checks in a row have been calm since.</param>
public sealed record DriftAlarm(string Id, DriftCheck Raised, DriftCheck Last, int Confirmed, int CalmSince);
