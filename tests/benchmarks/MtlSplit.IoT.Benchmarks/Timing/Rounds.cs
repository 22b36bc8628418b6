using System.Diagnostics;

namespace MtlSplit.IoT.Benchmarks.Timing;

/// <summary>Times rivals side by side: short turns one after another, many times over, so that a busy machine is unfair to none.</summary>
internal static class Rounds
{
    private const int Turns = 15;
    private static readonly TimeSpan TurnLength = TimeSpan.FromMilliseconds(40);

    /// <summary>Times every rival.</summary>
    /// <returns>By rival, in order: the median time of one call and the bytes one call allocates.</returns>
    public static CallCost[] Run(params ReadOnlySpan<Action> rivals)
    {
        var times = new List<double>[rivals.Length];
        var bytes = new double[rivals.Length];
        for (var rival = 0; rival < rivals.Length; rival++)
        {
            times[rival] = [];
            Turn(rivals[rival], out _);
        }

        for (var turn = 0; turn < Turns; turn++)
        {
            for (var rival = 0; rival < rivals.Length; rival++)
            {
                times[rival].Add(Turn(rivals[rival], out bytes[rival]));
            }
        }

        var results = new CallCost[rivals.Length];
        for (var rival = 0; rival < results.Length; rival++)
        {
            times[rival].Sort();
            results[rival] = new CallCost(times[rival][Turns / 2], bytes[rival]);
        }

        return results;
    }

    private static double Turn(Action rival, out double bytesPerCall)
    {
        var calls = 0;
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            for (var i = 0; i < 16; i++)
            {
                rival();
            }

            calls += 16;
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        while (elapsed < TurnLength);
        bytesPerCall = (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)calls;
        return elapsed.TotalMicroseconds / calls;
    }
}
