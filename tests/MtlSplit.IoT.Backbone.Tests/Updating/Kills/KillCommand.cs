using System.Diagnostics;
using System.Globalization;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Kills;

/// <summary><c>--kills N --seed S</c>: the long run, with a table at the end.</summary>
internal static class KillCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not ["--kills", var kills, "--seed", var seed]
            || !int.TryParse(kills, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || !int.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out var start))
        {
            await Console.Error.WriteLineAsync("Usage: --kills N --seed S");
            return 2;
        }

        var began = Stopwatch.GetTimestamp();
        await using var run = new KillRun(start);
        await run.RunAsync(count, tally =>
        {
            if (tally.Kills % 100 == 0)
            {
                Console.Error.WriteLine($"{tally.Kills} kills, {tally.Violations.Count} violations");
            }
        });
        Console.WriteLine(run.Tally);
        run.Tally.Violations.ForEach(Console.WriteLine);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {start}, {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s; every step was hit {run.Tally.Least} times or more"));
        return run.Tally.Violations.Count == 0 ? 0 : 1;
    }
}
