using System.Globalization;

namespace MtlSplit.IoT.Cli.Labels;

/// <summary>A delay as people type it.</summary>
internal static class Delay
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Reads a number with its unit: <c>ms</c>, <c>s</c> or <c>m</c>. Nothing below zero or above an hour.</summary>
    public static bool TryParse(string text, out TimeSpan delay)
    {
        delay = default;
        var unit = text.EndsWith("ms", StringComparison.Ordinal) ? 1 : text.EndsWith('s') ? 1000 : text.EndsWith('m') ? 60_000 : 0;
        var digits = text.AsSpan(0, Math.Max(0, text.Length - (unit == 1 ? 2 : 1)));
        if (unit == 0
            || !double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || !(number * unit <= Longest.TotalMilliseconds))
        {
            return false;
        }

        delay = TimeSpan.FromMilliseconds(number * unit);
        return true;
    }
}
