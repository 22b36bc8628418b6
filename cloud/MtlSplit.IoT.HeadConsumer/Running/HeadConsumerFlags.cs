using System.Globalization;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.HeadConsumer.Running;

/// <summary>The command line.</summary>
internal static class HeadConsumerFlags
{
    public static IReadOnlyList<SettingFlag> All { get; } =
    [
        new("--fleet", "HeadConsumer:Fleet", "The fleet."),
        new("--task", "HeadConsumer:Task", "The task, such as object_size."),
        new("--consumer", "HeadConsumer:Consumer", "This consumer's name, stable over restarts.") { ValueName = "NAME" },
        SettingFlag.Broker,
        new("--models", "HeadConsumer:Models", "The folder of bundles.") { ValueName = "DIR" },
        new("--data", "HeadConsumer:Data", "The data folder: heads in, quarantine out.") { ValueName = "DIR" },
        new("--max-batch", "HeadConsumer:MaxBatch", "Features in one run of the head, at most.") { ValueName = "N" },
        new("--max-delay", "HeadConsumer:MaxDelayMs", "How long a feature waits for company, such as 2ms.") { ValueName = "TIME", Expand = static t => [new("HeadConsumer:MaxDelayMs", Number(Duration(t).TotalMilliseconds))] },
        new("--hold", "HeadConsumer:Hold", "How long a feature waits for its contract or head, such as 5s.") { ValueName = "TIME", Expand = static t => [new("HeadConsumer:Hold", Duration(t).ToString("c", CultureInfo.InvariantCulture))] },
        new("--leave", "HeadConsumer:Leave", "true: a stop is for good, unsubscribe first.") { ValueName = "BOOL" },
    ];

    /// <summary>Reads <c>250ms</c>, <c>5s</c> or <c>2m</c>.</summary>
    public static TimeSpan Duration(string text)
    {
        foreach (var (unit, milliseconds) in new[] { ("ms", 1.0), ("s", 1000.0), ("m", 60_000.0) })
        {
            if (text.EndsWith(unit, StringComparison.Ordinal) && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value * milliseconds <= TimeSpan.MillisecondsPerDay)
            {
                return TimeSpan.FromMilliseconds(value * milliseconds);
            }
        }

        throw new FormatException($"'{text}' is not a duration of at most a day, such as 250ms, 5s or 2m");
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
