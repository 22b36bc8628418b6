using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MtlSplit.IoT.Inference.Sessions;

/// <summary>A buffer that never moves, so that ONNX Runtime reads and writes it in place.</summary>
internal sealed class PinnedTensor<T>(TensorElementType type, int length)
    where T : unmanaged
{
    private readonly T[] _buffer = GC.AllocateArray<T>(length, pinned: true);

    public Span<T> Span => _buffer;

    /// <summary>
    /// A view of the buffer's first elements for the engine. The view does not keep the buffer alive: whoever holds it
    /// holds this object too.
    /// </summary>
    public OrtValue View(params ReadOnlySpan<long> shape)
    {
        var elements = 1L;
        foreach (var side in shape)
        {
            elements = checked(elements * side);
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(elements, _buffer.Length);
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance,
            type,
            shape.ToArray(),
            Marshal.UnsafeAddrOfPinnedArrayElement(_buffer, 0),
            elements * Unsafe.SizeOf<T>());
    }
}
