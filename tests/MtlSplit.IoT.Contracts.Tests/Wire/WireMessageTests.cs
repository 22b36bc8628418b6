using CsCheck;
using Google.Protobuf;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Wire;
using Mtlsplit.V1;
using QuarantineNotice = MtlSplit.IoT.Contracts.Quarantine.QuarantineNotice;
using Xunit;

namespace MtlSplit.IoT.Contracts.Tests.Wire;

public sealed class WireMessageTests
{
    private static readonly Gen<FrameId> Frames = Gen.Select(Gen.ULong, Gen.ULong, (s, n) => new FrameId(s, n));

    private static readonly Gen<FeatureMessage> Features = Gen.Select(
        Frames, Gen.Long, Gen.ULong, Gen.UInt[1, uint.MaxValue], Gen.Byte.Array[1, 3000], Gen.Bool,
        (frame, at, sequence, encoding, tensor, late) => new FeatureMessage(frame, at, sequence, encoding, tensor, late));

    private static readonly Gen<string> Names = Gen.String[Gen.Char["abcXYZ019._-"], 1, 64];

    private static readonly Gen<PredictionMessage> Predictions = Gen.Select(
        Gen.Select(Frames, Gen.Byte.Array[32], Names, Names),
        Gen.Select(Gen.Long, Gen.Long, Gen.Long),
        Gen.Select(Gen.Float.Array[1, 20], Gen.ULong, Gen.Int[0, int.MaxValue]),
        (who, when, what) => new PredictionMessage(
            who.Item1, new ContractId(who.Item2), who.Item3, who.Item4, when.Item1, when.Item2, when.Item3,
            what.Item1.Length - 1, what.Item1, what.Item2, what.Item3));

    [Fact]
    public void Feature_WrittenHere_ReadsTheSameWithGooglesCode() => Features.Sample(message =>
    {
        var bytes = Bytes(message.GetSize(), message.Write);
        var theirs = Feature.Parser.ParseFrom(bytes);

        Assert.Equal(message.Frame, FrameOf(theirs.Frame));
        Assert.Equal((message.CapturedAt, message.Sequence, message.Encoding, message.Late), (theirs.CapturedAt, theirs.Sequence, theirs.Encoding, theirs.Late));
        Assert.Equal(message.Tensor.ToArray(), theirs.Tensor.ToByteArray());
        Assert.Equal(bytes, theirs.ToByteArray());
    });

    [Fact]
    public void Feature_WrittenByGooglesCode_ReadsTheSameHere() => Features.Sample(message =>
    {
        var frame = new byte[FrameId.Size];
        message.Frame.Write(frame);
        var bytes = new Feature
        {
            Frame = ByteString.CopyFrom(frame),
            CapturedAt = message.CapturedAt,
            Sequence = message.Sequence,
            Encoding = message.Encoding,
            Tensor = ByteString.CopyFrom(message.Tensor.Span),
            Late = message.Late,
        }.ToByteArray();

        Assert.True(FeatureMessage.TryRead(bytes, out var read, out var fault), fault.ToString());
        Assert.Equal(message with { Tensor = default }, read with { Tensor = default });
        Assert.Equal(message.Tensor.ToArray(), read.Tensor.ToArray());
    });

    [Fact]
    public void Prediction_WrittenHere_ReadsTheSameWithGooglesCodeAndBack() => Predictions.Sample(message =>
    {
        var bytes = Bytes(message.GetSize(), message.Write);
        var theirs = Prediction.Parser.ParseFrom(bytes);

        Assert.Equal(bytes, theirs.ToByteArray());
        Assert.Equal(message.Task, theirs.Task);
        Assert.Equal(message.Probabilities.ToArray(), theirs.Probabilities);
        Assert.True(PredictionMessage.TryRead(theirs.ToByteArray(), out var read, out var fault), fault.ToString());
        Assert.Equal(message with { Probabilities = default }, read with { Probabilities = default });
        Assert.Equal(message.Probabilities.ToArray(), read.Probabilities.ToArray());
    });

    [Fact]
    public void Label_WrittenHere_ReadsTheSameWithGooglesCodeAndBack() =>
        Gen.Select(Frames, Names, Gen.String[Gen.Char.AlphaNumeric, 1, 40], Gen.String[Gen.Char["äöü漢 字x"], 1, 40], Gen.Long).Sample((frame, task, name, source, at) =>
        {
            var message = new LabelMessage(frame, task, name, source, at);
            var bytes = Bytes(message.GetSize(), message.Write);
            var theirs = Label.Parser.ParseFrom(bytes);

            Assert.Equal(bytes, theirs.ToByteArray());
            Assert.True(LabelMessage.TryRead(bytes, out var read, out var fault), fault.ToString());
            Assert.Equal(message, read);
        });

    [Fact]
    public void Notice_WrittenHere_ReadsTheSameWithGooglesCodeAndBackAndIsSmall() =>
        Gen.Select(Gen.Select(Gen.Byte.Array[32], Frames, Gen.Bool), Names, Names, Gen.Int[1, int.MaxValue], Gen.Long).Sample((which, task, reason, features, at) =>
        {
            var message = new QuarantineNotice(new ContractId(which.Item1), which.Item3 ? which.Item2 : null, task, reason, features, at);
            var bytes = Bytes(message.GetSize(), message.Write);
            var theirs = Mtlsplit.V1.QuarantineNotice.Parser.ParseFrom(bytes);

            Assert.InRange(bytes.Length, 1, QuarantineNotice.MaxSize);
            Assert.Equal(bytes, theirs.ToByteArray());
            Assert.Equal((task, reason, (uint)features, at), (theirs.Task, theirs.Reason, theirs.Features, theirs.QuarantinedAt));
            Assert.True(QuarantineNotice.TryRead(bytes, out var read, out var fault), fault.ToString());
            Assert.Equal(message, read);
        });

    [Fact]
    public void Notice_Golden_KeepsItsBytes()
    {
        var message = new QuarantineNotice(ContractId.Of("descriptor"u8), new FrameId(0x0102030405060708, 42), "object_size", "unknown-contract", 3, 1_767_225_600_000_000);
        Assert.Equal(
            "0a100102030405060708000000000000002a" + "1220" + ContractId.Of("descriptor"u8) + "1a0b6f626a6563745f73697a65" + "2210756e6b6e6f776e2d636f6e7472616374" + "2803" + "30808081b184e99103",
            Convert.ToHexStringLower(Bytes(message.GetSize(), message.Write)));
    }

    [Theory]
    [InlineData("", WireFault.MissingField)]
    [InlineData("12200102", WireFault.Truncated)]
    [InlineData("12020102", WireFault.WrongLength)]
    [InlineData("0a0101", WireFault.WrongLength)]
    [InlineData("2a0101", WireFault.WrongFieldType)]
    [InlineData("1a02c328", WireFault.InvalidText)]
    public void Notice_BadBytes_AreNamed(string hex, WireFault expected)
    {
        Assert.False(QuarantineNotice.TryRead(Convert.FromHexString(hex), out _, out var fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void Notice_WithANameThatIsNone_OrWithoutEnd_IsRefused()
    {
        var message = new QuarantineNotice(ContractId.Of("descriptor"u8), null, "a/b", "reason", 1, 1);
        Assert.False(QuarantineNotice.TryRead(Bytes(message.GetSize(), message.Write), out _, out var fault));
        Assert.Equal(WireFault.OutOfRange, fault);
        Assert.False(QuarantineNotice.TryRead(new byte[5000], out _, out fault));
        Assert.Equal(WireFault.OutOfRange, fault);
    }

    [Fact]
    public void Feature_CutAnywhere_IsRefusedAndNeverThrows() => Features.Sample(message =>
    {
        var bytes = Bytes(message.GetSize(), message.Write);
        for (var length = 0; length < bytes.Length; length += 1 + (bytes.Length / 200))
        {
            // A cut between fields may leave a shorter message that lacks nothing but a trailing default.
            if (FeatureMessage.TryRead(bytes.AsMemory(0, length), out var read, out var fault))
            {
                Assert.Equal(message with { Late = false, Tensor = default }, read with { Tensor = default });
            }
            else
            {
                Assert.NotEqual(WireFault.None, fault);
            }
        }
    }, iter: 100);

    [Fact]
    public void Messages_OfGarbage_AreRefusedAndNeverThrow() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        Assert.Equal(FeatureMessage.TryRead(bytes, out _, out var f), f == WireFault.None);
        Assert.Equal(PredictionMessage.TryRead(bytes, out _, out var p), p == WireFault.None);
        Assert.Equal(LabelMessage.TryRead(bytes, out _, out var l), l == WireFault.None);
        Assert.Equal(QuarantineNotice.TryRead(bytes, out _, out var q), q == WireFault.None);
    });

    [Fact]
    public void Feature_Golden_KeepsItsBytes()
    {
        var message = new FeatureMessage(new FrameId(0x0102030405060708, 42), 1_767_225_600_000_000, 300, 3, new byte[] { 0xDE, 0xAD, 0xBE, 0xEF }, true);
        Assert.Equal(
            "0a100102030405060708000000000000002a10" + "808081b184e99103" + "18ac02" + "2003" + "2a04deadbeef" + "3001",
            Convert.ToHexStringLower(Bytes(message.GetSize(), message.Write)));
    }

    [Fact]
    public void Prediction_Golden_KeepsItsBytes()
    {
        var message = new PredictionMessage
        {
            Frame = new FrameId(0x0102030405060708, 42), Contract = new ContractId([.. Enumerable.Range(1, 32).Select(i => (byte)i)]), Task = "size", HeadVersion = "h2-ab",
            CapturedAt = 1_767_225_600_000_000, ReceivedAt = 1, InferredAt = 2, Class = 1, Probabilities = new[] { 0.25f, 0.75f }, Sequence = 300, BatchSize = 7,
        };
        Assert.Equal(
            "0a100102030405060708000000000000002a" + "1220" + "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20" + "1a0473697a65" + "220568322d6162"
            + "28808081b184e99103" + "3001" + "3802" + "4001" + "4a080000803e0000403f" + "50ac02" + "5807",
            Convert.ToHexStringLower(Bytes(message.GetSize(), message.Write)));
    }

    [Fact]
    public void Label_Golden_KeepsItsBytes()
    {
        var message = new LabelMessage(new FrameId(0x0102030405060708, 42), "size", "groß", "renderer", 1_767_225_600_000_000);
        Assert.Equal(
            "0a100102030405060708000000000000002a" + "120473697a65" + "1a0567726fc39f" + "220872656e6465726572" + "28808081b184e99103",
            Convert.ToHexStringLower(Bytes(message.GetSize(), message.Write)));
    }

    [Theory]
    [InlineData("", WireFault.MissingField)]
    [InlineData("0a0501", WireFault.Truncated)]
    [InlineData("0a0101", WireFault.WrongLength)]
    [InlineData("0801", WireFault.WrongFieldType)]
    [InlineData("ff", WireFault.Truncated)]
    [InlineData("ffffffffffffffffffff01", WireFault.Malformed)]
    [InlineData("2affffffff0f", WireFault.Truncated)]
    [InlineData("0b", WireFault.Malformed)]
    [InlineData("0001", WireFault.Malformed)]
    public void Feature_BadBytes_AreNamed(string hex, WireFault expected)
    {
        Assert.False(FeatureMessage.TryRead(Convert.FromHexString(hex), out _, out var fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void Label_WithTextThatIsNotUtf8_IsNamed()
    {
        Assert.False(LabelMessage.TryRead(Convert.FromHexString("1202c328"), out _, out var fault));
        Assert.Equal(WireFault.InvalidText, fault);
    }

    [Fact]
    public void Feature_WithFieldsOfANewerWriter_IsRead()
    {
        var message = new FeatureMessage(new FrameId(1, 2), 3, 4, 5, new byte[] { 6 }, false);
        byte[] bytes = [.. Bytes(message.GetSize(), message.Write), .. Convert.FromHexString("9a0603616263" + "a106" + "0102030405060708" + "ad06" + "01020304" + "b00607")];
        Assert.True(FeatureMessage.TryRead(bytes, out var read, out var fault), fault.ToString());
        Assert.Equal(message with { Tensor = default }, read with { Tensor = default });
    }

    private static byte[] Bytes(int size, Func<Span<byte>, int> write)
    {
        var bytes = new byte[size];
        Assert.Equal(size, write(bytes));
        return bytes;
    }

    private static FrameId FrameOf(ByteString bytes) => FrameId.TryRead(bytes.Span, out var frame) ? frame : throw new InvalidOperationException("Not a frame id.");
}
