using System.Globalization;

namespace MtlSplit.IoT.SampleStore.LabelFiles;

/// <summary>When a label was made, as label files say it: ISO 8601 with an offset, or Unix microseconds.</summary>
internal static class LabelTime
{
    private const long Year2000 = 946_684_800_000_000;

    // A clock a little ahead is forgiven; a label from further on would stay the last writer for good.
    private const long MaxAhead = 86_400_000_000;

    private static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFF'Z'",
        "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm'Z'",
    ];

    /// <summary>Reads a time.</summary>
    /// <param name="text">As the file has it.</param>
    /// <param name="now">Unix microseconds.</param>
    /// <param name="time">Unix microseconds.</param>
    /// <param name="fault">What is wrong with it; empty where nothing is.</param>
    public static bool TryRead(string text, long now, out long time, out string fault)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out time))
        {
            if (!DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            {
                fault = $"'{text}' is neither ISO 8601 with an offset, such as 2026-01-31T08:00:00Z, nor Unix microseconds";
                return false;
            }

            time = (moment - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        }

        fault = time < Year2000 ? $"'{text}' lies before 2000; a number counts microseconds"
            : time > now + MaxAhead ? $"'{text}' lies in the future"
            : "";
        return fault.Length == 0;
    }
}
