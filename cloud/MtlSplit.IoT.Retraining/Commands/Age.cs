using System.Globalization;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary>An age as people type it.</summary>
internal static class Age
{
    /// <summary>Reads a number with its unit: <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>. Above zero, at most ten years.</summary>
    public static bool TryParse(string text, out TimeSpan age)
    {
        age = default;
        var seconds = text is [.., var unit] ? unit switch { 's' => 1.0, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 } : 0;
        if (seconds == 0
            || !double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || !(number > 0 && number * seconds <= 3653 * 86_400.0))
        {
            return false;
        }

        age = TimeSpan.FromSeconds(number * seconds);
        return true;
    }
}
