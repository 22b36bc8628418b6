namespace MtlSplit.IoT.Benchmarks.Timing;

/// <summary>Runs rivals that measure themselves, one after another, many times over; each begins after another one in the next round.</summary>
internal static class Turns
{
    /// <summary>Runs every rival so many times, and once before that to warm up.</summary>
    /// <returns>By rival, in order: the turn with the median rate, and the median processor time.</returns>
    public static async Task<Throughput[]> RunAsync(int turns, params IReadOnlyList<Func<Task<Throughput>>> rivals)
    {
        var results = rivals.Select(_ => new List<Throughput>()).ToArray();
        for (var turn = -1; turn < turns; turn++)
        {
            for (var i = 0; i < rivals.Count; i++)
            {
                var rival = (i + Math.Max(turn, 0)) % rivals.Count;
                var result = await rivals[rival]();
                if (turn >= 0)
                {
                    results[rival].Add(result);
                }
            }
        }

        return
        [
            .. results.Select(all => all.OrderBy(result => result.PerSecond).ElementAt(all.Count / 2) with
            {
                MicrosecondsEach = all.Select(result => result.MicrosecondsEach).Order().ElementAt(all.Count / 2),
            }),
        ];
    }
}
