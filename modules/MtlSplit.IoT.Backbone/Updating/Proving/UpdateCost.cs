namespace MtlSplit.IoT.Backbone.Updating.Proving;

/// <summary>What it cost to come to a bundle.</summary>
/// <param name="Bundle">The bundle's digest.</param>
/// <param name="Time">From the wish to the first feature that it made.</param>
/// <param name="FramesLost">Frames captured in that time of which there is no feature, dropped ones included.</param>
internal sealed record UpdateCost(string Bundle, TimeSpan Time, long FramesLost);
