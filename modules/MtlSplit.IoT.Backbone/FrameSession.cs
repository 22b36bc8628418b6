using System.Security.Cryptography;

namespace MtlSplit.IoT.Backbone;

/// <summary>The first half of every frame id of this process: drawn anew at each start, so that no frame id is used twice.</summary>
/// <param name="Value">64 random bits.</param>
internal sealed record FrameSession(ulong Value)
{
    public static FrameSession Draw(RandomNumberGenerator random)
    {
        Span<byte> bits = stackalloc byte[sizeof(ulong)];
        random.GetBytes(bits);
        return new FrameSession(BitConverter.ToUInt64(bits));
    }
}
