using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>
/// Cuts each vehicle's time into blocks of a second, since frames close in time are not independent, and keeps one block of
/// every five for comparisons. Which one follows from the vehicle and the time alone: a frame is on the same side in every
/// retraining, and every five seconds of every vehicle, a change of light included, are on both sides.
/// </summary>
internal static class TimeBlocks
{
    private const long BlockMicroseconds = 1_000_000;
    private const long BlocksPerGroup = 5;

    /// <summary>The block of a time; blocks of other vehicles share its number.</summary>
    public static long Of(long capturedAt) => capturedAt / BlockMicroseconds;

    /// <summary>Whether a frame is kept for comparisons.</summary>
    public static bool IsHeldOut(string vehicle, long capturedAt)
    {
        var (group, place) = Math.DivRem(Of(capturedAt), BlocksPerGroup);
        var hash = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{vehicle}/{group}")));
        return (long)(hash % BlocksPerGroup) == place;
    }
}
