namespace MtlSplit.IoT.Cli.Demo;

/// <summary>One vehicle's way to a new bundle, as it measured it.</summary>
/// <param name="Vehicle">The vehicle.</param>
/// <param name="From">The digest of the bundle that it ran before.</param>
/// <param name="To">The digest of the bundle that it runs now.</param>
/// <param name="Seconds">From the desired change to the first feature of the new bundle.</param>
/// <param name="FramesLost">Frames captured in that time without a feature, drops included.</param>
internal sealed record DemoMove(string Vehicle, string From, string To, double Seconds, long FramesLost);
