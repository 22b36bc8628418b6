using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Frames;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Testing.Bundles;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Extraction;

/// <summary>One backbone replaces another while frames flow.</summary>
public sealed class LiveBackboneTests : IDisposable
{
    private readonly TinyBundle _one = TinyBundle.Create(1);
    private readonly TinyBundle _two = TinyBundle.Create(2);
    private readonly BackboneBench _bench = new();
    private readonly List<LiveBackbone> _made = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _made.ForEach(live => live.Dispose());
        _bench.Dispose();
        _one.Dispose();
        _two.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Swaps_WhileFramesFlow_LoseNone_AndEveryFeatureIsOfTheBackboneOfItsPlace(int workers)
    {
        const int Swaps = 6;
        var live = await LoadAsync(workers);
        var flow = Flow.Start(live, _bench);
        var retired = new List<LoadedBackbone>();
        for (var n = 1; n <= Swaps; n++)
        {
            await flow.MoreAsync(25);
            retired.Add(live.Current!);
            await Expect.WithinAsync(live.SwapAsync(n % 2 == 1 ? _two.Bundle : _one.Bundle, Stop).AsTask(), "the swap");
        }

        await flow.MoreAsync(25);
        await flow.StopAsync();

        Assert.Equal(Enumerable.Range(0, flow.Features.Count).Select(n => (ulong)n), flow.Features.Select(f => f.Number));
        Assert.Equal((flow.Features.Count, 0), (_bench.Counters.Captured, _bench.Counters.Dropped));
        Assert.Equal(Swaps, flow.Features.Zip(flow.Features.Skip(1)).Count(pair => pair.First.Contract != pair.Second.Contract));
        Assert.All(retired, old => Assert.True(old.Retired.IsCompletedSuccessfully));
        using var one = LoadedBackbone.Load(_one.Bundle, EncodingVariant.Float32, 1, _bench.Counters, TimeProvider.System);
        using var two = LoadedBackbone.Load(_two.Bundle, EncodingVariant.Float32, 1, _bench.Counters, TimeProvider.System);
        Assert.All(flow.Features, feature => Assert.Equal(feature.Tensor, Extract(feature.Contract == _one.Bundle.Contract ? one : two, feature.Number)));
    }

    [Fact]
    public async Task Old_IsFreedWhenItsLastFrameHasLeft_AndNotBefore()
    {
        var live = await LoadAsync(workers: 1);
        var old = live.Current!;
        var lease = live.Acquire();

        var swapping = live.SwapAsync(_two.Bundle, Stop).AsTask();
        await Expect.UntilAsync(() => live.Current != old, "new frames go through the new one");

        Assert.False(swapping.IsCompleted);
        Assert.False(old.Retired.IsCompleted);
        Assert.Equal(_one.Bundle.Contract, lease.Value.Of(0).Extract(Frame(1)).Origin.Contract);
        lease.Dispose();
        await Expect.WithinAsync(swapping, "the swap ends");
        Assert.True(old.Retired.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Encoding_Changes_ForThisAndTheBundlesToCome_AndOneThatIsNotThereChangesNothing()
    {
        var live = await LoadAsync(workers: 2);

        await live.EncodeAsync(EncodingVariant.UInt8, Stop);
        await Assert.ThrowsAsync<BundleException>(() => live.EncodeAsync("f8", Stop).AsTask());
        Assert.Equal((EncodingVariant.UInt8, _one.Bundle.Digest), (live.Current!.Encoding.Name, live.Current.Bundle.Digest));
        await live.SwapAsync(_two.Bundle, Stop);

        Assert.Equal((EncodingVariant.UInt8, _two.Bundle.Digest), (live.Current!.Encoding.Name, live.Current.Bundle.Digest));
        using var lease = live.Acquire();
        Assert.Equal(live.Current.Encoding.Id, lease.Value.Of(1).Extract(Frame(1)).Encoding);
    }

    [Fact]
    public async Task Bundle_ThatDoesNotLoad_ChangesNothing()
    {
        var live = await LoadAsync(workers: 1);
        File.WriteAllBytes(_two.Bundle.BackbonePath, [1, 2, 3]);

        await Assert.ThrowsAsync<Inference.Sessions.InferenceModelException>(() => live.SwapAsync(_two.Bundle, Stop).AsTask());

        Assert.Equal(_one.Bundle.Digest, live.Current!.Bundle.Digest);
        using var lease = live.Acquire();
        Assert.Equal(_one.Bundle.Contract, lease.Value.Of(0).Extract(Frame(1)).Origin.Contract);
    }

    private static byte[] Extract(LoadedBackbone backbone, ulong number) => backbone.Of(0).Extract(Frame(number)).Tensor.ToArray();

    private static CapturedFrame Frame(ulong number)
    {
        var frame = new CapturedFrame(64 * 64 * 3);
        new Random((int)number).NextBytes(frame.Rgb);
        return frame;
    }

    private async Task<LiveBackbone> LoadAsync(int workers)
    {
        var live = new LiveBackbone(workers, EncodingVariant.Float32, _bench.Counters, TimeProvider.System);
        _made.Add(live);
        await live.SwapAsync(_one.Bundle, Stop);
        return live;
    }

    /// <summary>Frames whose bytes follow from their number, through the stage, as fast as it takes them.</summary>
    private sealed class Flow : IFrameSource, IFeatureSink
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly List<(ulong Number, ContractId Contract, byte[] Tensor)> _features = [];
        private Task _running = Task.CompletedTask;

        /// <summary>What came out, in order.</summary>
        public List<(ulong Number, ContractId Contract, byte[] Tensor)> Features
        {
            get
            {
                lock (_features)
                {
                    return [.. _features];
                }
            }
        }

        public static Flow Start(LiveBackbone live, BackboneBench bench)
        {
            var flow = new Flow();
            var pool = new FramePool(4 + live.Workers + 1, 64 * 64 * 3);
            var queue = new FrameQueue(4, WhenBusy.Wait, pool, bench.Counters);
            var extraction = new ExtractionStage(queue, pool, live, flow).RunAsync();
            flow._running = RunAsync();
            return flow;

            async Task RunAsync()
            {
                await Task.Run(() => new FrameCapture(flow, queue, pool, 1, bench.Counters, TimeProvider.System).RunAsync(null, CancellationToken.None));
                queue.Complete();
                await extraction;
            }
        }

        /// <summary>Waits until so many more came out.</summary>
        public async Task MoreAsync(int count)
        {
            var goal = Features.Count + count;
            await Expect.UntilAsync(() => Features.Count >= goal || _running.IsCompleted, "features come");
        }

        /// <summary>Lets the frames end, and waits for the last feature.</summary>
        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await Expect.WithinAsync(_running, "the stage ends");
            _stop.Dispose();
        }

        public ValueTask<bool> NextAsync(ulong number, Memory<byte> rgb, CancellationToken ct)
        {
            new Random((int)number).NextBytes(rgb.Span);
            return ValueTask.FromResult(!_stop.IsCancellationRequested);
        }

        public void Accept(in ExtractedFeature feature)
        {
            lock (_features)
            {
                _features.Add((feature.Frame.Number, feature.Origin.Contract, feature.Tensor.ToArray()));
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
