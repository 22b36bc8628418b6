namespace MtlSplit.IoT.Training.Native;

/// <summary>Which native library serves this process.</summary>
public enum TorchRuntimeSource
{
    /// <summary>TorchSharp's own, as packaged.</summary>
    Packaged,

    /// <summary>A private copy, adapted to an older libstdc++.</summary>
    Patched,
}
