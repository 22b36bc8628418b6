using CsCheck;
using MtlSplit.IoT.Storage.Journals;
using Xunit;

namespace MtlSplit.IoT.Storage.Tests.Journals;

public sealed class SequenceRangesTests
{
    [Fact]
    public void Ranges_AreASetOfNumbers() => Gen.Select(Gen.ULong[1, 60], Gen.ULong[0, 6]).Array[0, 40].Sample(
        stretches =>
        {
            var (ranges, set) = (new SequenceRanges(), new HashSet<ulong>());
            foreach (var (first, more) in stretches)
            {
                var added = 0UL;
                for (var n = first; n <= first + more; n++)
                {
                    added += set.Add(n) ? 1UL : 0UL;
                }

                Assert.Equal(added, ranges.Add(first, first + more));
                for (var n = 1UL; n < 70; n++)
                {
                    Assert.Equal(set.Contains(n), ranges.Contains(n));
                    Assert.Equal(Enumerable.Range((int)n, 5).Any(m => !set.Contains((ulong)m)), ranges.AnyMissing(n, n + 4));
                }

                Assert.Equal(set.Max(), ranges.Highest);
                for (var i = 0; i < ranges.Above.Length; i++)
                {
                    Assert.True(ranges.Above[i].First > (i == 0 ? ranges.Below : ranges.Above[i - 1].Last + 1), "Ranges that touch are one.");
                }
            }
        },
        iter: 500);
}
