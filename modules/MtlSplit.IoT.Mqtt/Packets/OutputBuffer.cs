using System.Buffers;

namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>A growing run of bytes to be sent. Not thread-safe; dispose gives the memory back.</summary>
public sealed class OutputBuffer : IDisposable
{
    private const int Kept = 64 * 1024;
    private byte[] _data = [];

    /// <summary>How many bytes are written.</summary>
    public int Count { get; private set; }

    /// <summary>What is written; good until the next call.</summary>
    public ReadOnlyMemory<byte> Written => _data.AsMemory(0, Count);

    /// <summary>Room for exactly <paramref name="length"/> more bytes, which the caller fills now.</summary>
    public Span<byte> Take(int length)
    {
        if (_data.Length - Count < length)
        {
            var grown = ArrayPool<byte>.Shared.Rent(Math.Max(Count + length, Math.Max(512, 2 * _data.Length)));
            _data.AsSpan(0, Count).CopyTo(grown);
            Return();
            _data = grown;
        }

        var span = _data.AsSpan(Count, length);
        Count += length;
        return span;
    }

    /// <summary>Forgets what is written and keeps a moderate amount of memory for the next.</summary>
    public void Clear()
    {
        Count = 0;
        if (_data.Length > Kept)
        {
            Return();
            _data = [];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Return();
        _data = [];
        Count = 0;
    }

    private void Return()
    {
        if (_data.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_data);
        }
    }
}
