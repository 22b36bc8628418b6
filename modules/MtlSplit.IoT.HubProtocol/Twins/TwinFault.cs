namespace MtlSplit.IoT.HubProtocol.Twins;

/// <summary>Why properties may not stand in a twin.</summary>
/// <param name="Path">Where, names joined by dots and places of arrays in brackets, such as <c>a.b[2]</c>; empty for the whole section.</param>
/// <param name="Message">What is wrong, naming the place.</param>
public sealed record TwinFault(string Path, string Message);
