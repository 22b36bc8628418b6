namespace MtlSplit.IoT.Contracts.Heads;

/// <summary>A head that may be loaded.</summary>
/// <param name="Manifest">What it is.</param>
/// <param name="OnnxPath">Full path of its ONNX file.</param>
public sealed record HeadRelease(HeadManifest Manifest, string OnnxPath)
{
    /// <summary>The version in predictions.</summary>
    public string Version => Manifest.Version;
}
