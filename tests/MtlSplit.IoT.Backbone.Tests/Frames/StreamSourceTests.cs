using System.Buffers.Binary;
using System.IO.Pipelines;
using CsCheck;
using MtlSplit.IoT.Backbone.Frames;
using MtlSplit.IoT.Backbone.Frames.Streams;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Frames;
using MtlSplit.IoT.Testing.Bundles;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Frames;

public sealed class StreamSourceTests
{
    private static readonly InputSpec Target = new(8, 8, 3, InputSpec.BilinearHalfPixel);

    private readonly byte[] _frame = new byte[8 * 8 * 3];

    [Fact]
    public async Task Frames_OfAnySize_ComeResampled_ThenTheStreamEnds()
    {
        await using var source = Open([.. Frame(8, 8), .. Frame(20, 5), .. Frame(1, 1)]);

        foreach (var (width, height) in new[] { (8, 8), (20, 5), (1, 1) })
        {
            Assert.True(await NextAsync(source));
            var expected = new byte[_frame.Length];
            new FrameResampler(Target).Resample(TinyBundle.Noise(width, height, 3), width, height, expected);
            Assert.Equal(expected, _frame);
        }

        Assert.False(await NextAsync(source));
    }

    [Fact]
    public async Task Bytes_ThatComeOneByOne_MakeTheSameFrame()
    {
        var pipe = new Pipe();
        await using var source = new StreamSource(pipe.Reader.AsStream(), "pipe", Target);
        var next = NextAsync(source);
        foreach (var one in Frame(8, 8))
        {
            Assert.False(next.IsCompleted);
            await pipe.Writer.WriteAsync(new[] { one }, TestContext.Current.CancellationToken);
        }

        Assert.True(await next);
        Assert.Equal(TinyBundle.Noise(8, 8, 3), _frame);
    }

    public static TheoryData<string, byte[]> Bad => new()
    {
        { "frame 1, at byte 200: it ends after 3 of 8 bytes of the header", Frame(8, 8)[..3] },
        { "frame 1, at byte 200: it ends after 100 of 192 bytes of pixels", Frame(8, 8)[..108] },
        { "its length is 196, but 9 x 8 pixels need 220", Header(196, 9, 8) },
        { "its size is 0 x 8 pixels", Header(4, 0, 8) },
        { "its size is 20000 x 1 pixels", Header(60_004, 20_000, 1) },
        { "its size is 16384 x 16384 pixels", Header(805_306_372, 16_384, 16_384) },
        { "its length is 4294967295", Header(uint.MaxValue, 8, 8) },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task BadFrame_AfterAGoodOne_SaysWhereAndWhy(string what, byte[] bad)
    {
        await using var source = Open([.. Frame(8, 8), .. bad]);
        Assert.True(await NextAsync(source));

        var failed = await Assert.ThrowsAsync<FrameSourceException>(() => NextAsync(source));

        Assert.StartsWith("test stream: frame 1, at byte 200: ", failed.Message, StringComparison.Ordinal);
        Assert.Contains(what, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_IsAFrameAnEndOrAFault_NeverAnythingElse() =>
        await Gen.Byte.Array[0, 400].SampleAsync(
            async bytes =>
            {
                await using var source = Open(bytes);
                try
                {
                    while (await source.NextAsync(0, new byte[8 * 8 * 3], CancellationToken.None))
                    {
                    }
                }
                catch (FrameSourceException)
                {
                }
            },
            iter: 2000);

    [Fact]
    public async Task Stop_WhileWaitingForBytes_EndsTheWait()
    {
        var pipe = new Pipe();
        await using var source = new StreamSource(pipe.Reader.AsStream(), "pipe", Target);
        using var stop = new CancellationTokenSource();
        var next = source.NextAsync(0, _frame, stop.Token).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private static byte[] Header(uint length, int width, int height)
    {
        var header = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(header, length);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)width);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)height);
        return header;
    }

    private static byte[] Frame(int width, int height) => [.. Header((uint)(4 + (width * height * 3)), width, height), .. TinyBundle.Noise(width, height, 3)];

    private static StreamSource Open(byte[] bytes) => new(new MemoryStream(bytes), "test stream", Target);

    private Task<bool> NextAsync(StreamSource source) => source.NextAsync(1, _frame, TestContext.Current.CancellationToken).AsTask();
}
