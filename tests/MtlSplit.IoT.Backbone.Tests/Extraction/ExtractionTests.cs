using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Frames;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.Testing.Bundles;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Extraction;

public sealed class ExtractionTests : IDisposable
{
    private readonly TinyBundle _tiny = TinyBundle.Create();
    private readonly BackboneBench _bench = new();
    private readonly List<IDisposable> _owned = [];

    public void Dispose()
    {
        _owned.ForEach(owned => owned.Dispose());
        _bench.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public async Task BusyWorkers_OldestWaitingFramesAreDroppedAndCounted_AndTheNewestAreKept()
    {
        const int Waiting = 4;
        var pool = new FramePool(Waiting + 1, 12);
        var queue = new FrameQueue(Waiting, WhenBusy.DropOldest, pool, _bench.Counters);
        await using var source = new CountingSource(100);

        // Nobody takes any: a frame that is dropped comes back to the pool, or the capture would run dry.
        await new FrameCapture(source, queue, pool, 7, _bench.Counters, TimeProvider.System).RunAsync(null, TestContext.Current.CancellationToken);

        Assert.Equal((100, 96), (_bench.Counters.Captured, _bench.Counters.Dropped));
        List<ulong> kept = [];
        while (queue.Reader.TryRead(out var frame))
        {
            Assert.Equal(7u, frame.Id.Session);
            Assert.Equal(frame.Id.Number, frame.Rgb[0]);
            kept.Add(frame.Id.Number);
        }

        Assert.Equal([96, 97, 98, 99], kept);
    }

    [Fact]
    public async Task Stop_WhileTheSourceWaitsForRoom_CountsTheFrameThatWasLeftOut()
    {
        var pool = new FramePool(3, 12);
        var queue = new FrameQueue(2, WhenBusy.Wait, pool, _bench.Counters);
        await using var source = new CountingSource(100);
        using var stop = new CancellationTokenSource();
        var capture = new FrameCapture(source, queue, pool, 7, _bench.Counters, TimeProvider.System).RunAsync(null, stop.Token);
        await Expect.UntilAsync(() => _bench.Counters.Captured == 3, "two wait, the third has no room");

        await stop.CancelAsync();

        await Expect.WithinAsync(capture, "the end of the capture");
        Assert.Equal(_bench.Counters.Captured, _bench.Counters.Dropped + queue.Reader.Count);
    }

    [Fact]
    public void Extract_BeyondTheRange_CountsTheShareThatSaturated()
    {
        var wide = Assert.Single(_tiny.Bundle.Descriptor.Encodings, e => e.Quantiser is not null);
        var range = new Quantiser(wide.Quantiser!.Low / 4, wide.Quantiser.High / 4);
        var narrow = wide with { Quantiser = range };
        var descriptor = _tiny.Bundle.Descriptor with { Encodings = [narrow] };
        using var extractor = new FeatureExtractor(_tiny.Bundle.BackbonePath, descriptor, Origin(descriptor), narrow, _bench.Counters, TimeProvider.System);
        using var session = BackboneSession.Load(_tiny.Bundle.BackbonePath, descriptor);
        var (beyond, all) = (0, 0);
        for (var n = 0; n < 10; n++)
        {
            var frame = new CapturedFrame(descriptor.Input.Length);
            TinyBundle.Noise(64, 64, n).CopyTo(frame.Rgb);
            extractor.Extract(frame);
            frame.Rgb.CopyTo(session.Frame);
            foreach (var value in session.Run())
            {
                (beyond, all) = (beyond + (value < range.Low || value > range.High ? 1 : 0), all + 1);
            }
        }

        Assert.InRange(beyond, 1, all - 1);
        Assert.Equal((double)beyond / all, _bench.Counters.SaturatedShare, 1e-12);
    }

    [Fact]
    public void Extract_OnceWarm_AllocatesNothingPerFrame()
    {
        var (descriptor, bundle) = (_tiny.Bundle.Descriptor, _tiny.Bundle);
        var frame = new CapturedFrame(descriptor.Input.Length);
        foreach (var encoding in descriptor.Encodings)
        {
            using var extractor = new FeatureExtractor(bundle.BackbonePath, descriptor, Origin(descriptor), encoding, _bench.Counters, TimeProvider.System);
            extractor.Extract(frame);

            var (before, shortest) = (GC.GetAllocatedBytesForCurrentThread(), int.MaxValue);
            for (var i = 0; i < 1000; i++)
            {
                frame.Rgb[i] = (byte)i;
                shortest = Math.Min(shortest, extractor.Extract(frame).Tensor.Length);
            }

            Assert.Equal((encoding.Name, 0), (encoding.Name, GC.GetAllocatedBytesForCurrentThread() - before));
            Assert.InRange(shortest, 1, int.MaxValue - 1);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Features_LeaveInCaptureOrder_HoweverManySessionsMakeThem(int workers)
    {
        const int Frames = 400;
        var (stage, capture, sink) = Stage(workers, Frames, failAt: null);
        var extraction = stage.RunAsync();
        await capture();

        await Expect.WithinAsync(extraction, "all frames are extracted");

        Assert.Equal(Enumerable.Range(0, Frames).Select(n => (ulong)n), sink.Numbers);
        Assert.True(sink.Tensors.Distinct().Count() > Frames / 2, "frames differ, so their features do");
    }

    [Fact]
    public async Task SinkThatFails_EndsAllWorkersAndTheCapture()
    {
        var (stage, capture, sink) = Stage(workers: 3, frames: 1000, failAt: 50);
        var extraction = stage.RunAsync();

        await Expect.WithinAsync(capture(), "the capture ends");

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => Expect.WithinAsync(extraction, "the workers end"));
        Assert.Equal("frame 50", failure.Message);
        Assert.Equal(Enumerable.Range(0, 50).Select(n => (ulong)n), sink.Numbers);
    }

    private static FeatureOrigin Origin(FeatureDescriptor descriptor) => new("tiny", descriptor.Contract, descriptor.ToCanonicalJson());

    private (ExtractionStage Stage, Func<Task> Capture, KeepingSink Sink) Stage(int workers, int frames, int? failAt)
    {
        var live = new LiveBackbone(workers, EncodingVariant.Float32, _bench.Counters, TimeProvider.System);
        _owned.Add(live);
        Assert.True(live.SwapAsync(_tiny.Bundle, TestContext.Current.CancellationToken).AsTask().Wait(Expect.Patience), "the first backbone waits for nobody");
        var pool = new FramePool(4 + workers + 1, _tiny.Bundle.Descriptor.Input.Length);
        var queue = new FrameQueue(4, WhenBusy.Wait, pool, _bench.Counters);
        var sink = new KeepingSink(failAt);
        return (new ExtractionStage(queue, pool, live, sink), CaptureAsync, sink);

        async Task CaptureAsync()
        {
            await using var source = new CountingSource(frames);
            await new FrameCapture(source, queue, pool, 1, _bench.Counters, TimeProvider.System).RunAsync(null, TestContext.Current.CancellationToken);
            queue.Complete();
        }
    }

    /// <summary>Frames whose bytes follow from their number.</summary>
    private sealed class CountingSource(int frames) : IFrameSource
    {
        public ValueTask<bool> NextAsync(ulong number, Memory<byte> rgb, CancellationToken ct)
        {
            ct.ThrowIfCancellationRequested();
            new Random((int)number).NextBytes(rgb.Span);
            rgb.Span[0] = (byte)number;
            return ValueTask.FromResult(number < (ulong)frames);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class KeepingSink(int? failAt) : IFeatureSink
    {
        public List<ulong> Numbers { get; } = [];

        public List<string> Tensors { get; } = [];

        public void Accept(in ExtractedFeature feature)
        {
            if (feature.Frame.Number == (ulong?)failAt)
            {
                throw new InvalidDataException($"frame {failAt}");
            }

            Numbers.Add(feature.Frame.Number);
            Tensors.Add(Convert.ToHexString(feature.Tensor.Span));
        }
    }
}
