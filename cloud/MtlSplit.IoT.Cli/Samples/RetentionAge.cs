using System.Globalization;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Cli.Samples;

/// <summary>How long samples are kept, as people type it.</summary>
internal static class RetentionAge
{
    /// <summary>The flag; as a setting the age is a time span.</summary>
    public static readonly SettingFlag Flag = new("--max-age", "Recorder:MaxAge", "Give up a day so long after it ended: 12h, 30d; by default only when bytes are short.")
    {
        ValueName = "TIME",
        Expand = static text => TryParse(text, out var age)
            ? [new("Recorder:MaxAge", age.ToString("c", CultureInfo.InvariantCulture))]
            : throw new FormatException($"'{text}' is not a time such as 12h or 30d, at most ten years"),
    };

    /// <summary>Reads a whole number with its unit, <c>h</c> or <c>d</c>. Above zero, at most ten years.</summary>
    public static bool TryParse(string text, out TimeSpan age)
    {
        age = default;
        var hours = text is [.., var unit] ? unit switch { 'h' => 1, 'd' => 24, _ => 0 } : 0;
        if (hours == 0 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is 0 or > 87_672 || (long)number * hours > 87_672)
        {
            return false;
        }

        age = TimeSpan.FromHours(number * hours);
        return true;
    }
}
