using CsCheck;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Drift.Observing;
using Xunit;

namespace MtlSplit.IoT.Drift.Tests.Observing;

public sealed class ObservationBlockTests
{
    [Fact]
    public void Blocks_HoldEveryFrameOnce_OfOneVehicleAndOneStretch() =>
        Gen.Select(Gen.Int[0, 3], Gen.Long[-50_000_000, 50_000_000]).Array[0, 100].Sample(frames =>
        {
            var observations = frames.Select((f, n) => new Observation(new FrameId(1, (ulong)n), $"car-{f.Item1}", f.Item2, [1], [1])).ToList();

            var blocks = ObservationBlock.Cut(observations, TimeSpan.FromSeconds(3));

            Assert.Equal(observations.Select(o => o.Frame.Number).Order(), blocks.SelectMany(b => b.Observations).Select(o => o.Frame.Number).Order());
            Assert.Equal(blocks.Count, blocks.Select(b => (b.Vehicle, b.Number)).Distinct().Count());
            Assert.All(blocks, block => Assert.All(block.Observations, o =>
            {
                Assert.Equal(block.Vehicle, o.Vehicle);
                Assert.InRange(o.CapturedAt - (block.Number * 3_000_000), 0, 2_999_999);
            }));
        });
}
