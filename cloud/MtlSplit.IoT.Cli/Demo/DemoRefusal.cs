namespace MtlSplit.IoT.Cli.Demo;

/// <summary>A bundle that a vehicle refused.</summary>
/// <param name="Vehicle">The vehicle.</param>
/// <param name="Digest">The bundle's digest.</param>
/// <param name="Code">Why, as a stable word.</param>
/// <param name="Reason">The same for people.</param>
internal sealed record DemoRefusal(string Vehicle, string Digest, string Code, string Reason);
