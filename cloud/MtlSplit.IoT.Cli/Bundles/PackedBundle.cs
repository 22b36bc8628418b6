namespace MtlSplit.IoT.Cli.Bundles;

/// <summary>What <c>bundle pack --json</c> and <c>bundle sign --json</c> print.</summary>
/// <param name="Bundle">The bundle's digest.</param>
/// <param name="Path">The archive, or the folder that was signed.</param>
/// <param name="ReleaseCounter">Its release counter.</param>
/// <param name="Keys">The ids of the keys that signed it.</param>
internal sealed record PackedBundle(string Bundle, string Path, long ReleaseCounter, string[] Keys);
