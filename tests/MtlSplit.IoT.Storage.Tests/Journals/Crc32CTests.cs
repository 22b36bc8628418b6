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
    public void Checksum_InPieces_IsThatOfTheWhole()
    {
        var bytes = Content.Of(3, 5000);
        for (var cut = 0; cut < bytes.Length; cut += 97)
        {
            Assert.Equal(Crc32C.Of(bytes), Crc32C.Finish(Crc32C.Append(Crc32C.Append(Crc32C.Start, bytes.AsSpan(0, cut)), bytes.AsSpan(cut))));
        }
    }
}
