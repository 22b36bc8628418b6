namespace MtlSplit.IoT.Contracts.Bundles;

/// <summary>A bundle that may not be used. <see cref="Fault"/> says why, <see cref="File"/> where.</summary>
public sealed class BundleException(BundleFault fault, string file, string message, Exception? cause = null)
    : Exception($"{file}: {message}", cause)
{
    /// <summary>Why.</summary>
    public BundleFault Fault { get; } = fault;

    /// <summary>The file or folder that is at fault.</summary>
    public string File { get; } = file;
}
