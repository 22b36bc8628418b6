using MtlSplit.IoT.Storage.Journals;
using Xunit;

namespace MtlSplit.IoT.Storage.Tests.Journals;

public sealed class Crc32CTests
{
    // RFC 3720, B.4.
    [Fact]
    public void Checksum_IsCastagnolis()
    {
        Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));
        Assert.Equal(0x46DD794Eu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(n => (byte)n)]));
    }

    [Fact]
    public void Checksum_OfLongStretches_IsThatOfTheirBytesOneByOne()
    {
        foreach (var length in new[] { 1535, 1536, 1537, 3071, 3072, 10_000, 28_672 })
        {
            var bytes = new byte[length];
            new Random(length).NextBytes(bytes);
            var state = Crc32C.Start;
            foreach (var one in bytes)
            {
                state = Crc32C.Append(state, [one]);
            }

            Assert.Equal(Crc32C.Finish(state), Crc32C.Of(bytes));
        }
    }

    [Fact]
    public void Checksum_InPieces_IsThatOfTheWhole()
    {
        var bytes = Content.Of(3, 5000);
        for (var cut = 0; cut < bytes.Length; cut += 97)
        {
            Assert.Equal(Crc32C.Of(bytes), Crc32C.Finish(Crc32C.Append(Crc32C.Append(Crc32C.Start, bytes.AsSpan(0, cut)), bytes.AsSpan(cut))));
        }
    }
}
