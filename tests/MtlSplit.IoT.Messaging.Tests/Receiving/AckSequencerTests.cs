using CsCheck;
using MtlSplit.IoT.Messaging.Connecting;
using MtlSplit.IoT.Messaging.Receiving;
using Xunit;

namespace MtlSplit.IoT.Messaging.Tests.Receiving;

public sealed class AckSequencerTests
{
    [Fact]
    public void Acknowledgements_InAnyOrder_LeaveInTheOrderOfArrival_AsSoonAsAllBeforeThemAreThere() =>
        Gen.Int[1, 3].Array[1, 30].SelectMany(parts => Gen.Shuffle(parts.SelectMany((count, message) => Enumerable.Repeat(message, count)).ToArray()).Select(order => (parts, order)))
            .Sample(sample =>
            {
                var sequencer = new AckSequencer(new WorkSignal());
                var arrived = sample.parts.Select((count, n) => sequencer.Arrived((ushort)(n + 1), count)).ToArray();
                var missing = sample.parts.ToArray();
                List<ushort> due = [];
                foreach (var message in sample.order)
                {
                    arrived[message].Acknowledge();
                    missing[message]--;
                    while (sequencer.TryNext(out var id))
                    {
                        due.Add(id);
                    }

                    Assert.Equal(missing.TakeWhile(m => m == 0).Select((_, n) => (ushort)(n + 1)), due);
                    Assert.Equal(missing.Length - due.Count, sequencer.Open);
                }

                Assert.Equal(missing.Length, due.Count);
            });

    [Fact]
    public void ClosedSequencer_SendsNothingMore()
    {
        var sequencer = new AckSequencer(new WorkSignal());
        var (first, second) = (sequencer.Arrived(1, 1), sequencer.Arrived(2, 1));
        first.Acknowledge();

        sequencer.Close();
        second.Acknowledge();

        Assert.False(sequencer.TryNext(out _));
        Assert.Equal(0, sequencer.Open);
    }
}
