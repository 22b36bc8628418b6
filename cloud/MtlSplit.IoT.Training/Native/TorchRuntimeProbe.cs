using static TorchSharp.torch;

namespace MtlSplit.IoT.Training.Native;

/// <summary>The smallest piece of work that shows the engine computes.</summary>
internal static class TorchRuntimeProbe
{
    /// <summary>The first element of a product of a matrix of twos and one of threes, both size by size: 6 · size.</summary>
    public static double SumOfProduct(int size)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        return matmul(full([size, size], 2f), full([size, size], 3f))[0, 0].item<float>();
    }
}
