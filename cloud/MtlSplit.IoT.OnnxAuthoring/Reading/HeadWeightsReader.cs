using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.OnnxAuthoring.Graphs;

namespace MtlSplit.IoT.OnnxAuthoring.Reading;

/// <summary>Reads a head's weights back from the file that <see cref="HeadGraph"/> wrote, so that training can go on from them.</summary>
public static class HeadWeightsReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Every weight under its name in the description, such as <c>0.weight</c>.</returns>
    /// <exception cref="OnnxReadException">The file is missing, broken, or not a head written here.</exception>
    public static NetworkWeights Read(string path) => Read(OnnxTensors.BytesOf(path), path);

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="source">What to call them in errors.</param>
    /// <returns>Every weight under its name in the description, such as <c>0.weight</c>.</returns>
    /// <exception cref="OnnxReadException">The bytes are broken, or not a head written here.</exception>
    public static NetworkWeights Read(ReadOnlySpan<byte> file, string source) => OnnxTensors.Read(file, source, "head", out _);
}
