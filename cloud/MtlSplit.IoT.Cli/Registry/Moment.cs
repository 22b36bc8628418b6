using System.Globalization;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary>Times as the registry's commands print them.</summary>
internal static class Moment
{
    /// <summary>UTC, to the second.</summary>
    public static string Of(long unixMicroseconds) => DateTimeOffset.UnixEpoch.AddMicroseconds(unixMicroseconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
