using System.Net.Http.Headers;

namespace MtlSplit.IoT.Backbone.Updating.Downloading;

/// <summary>What a part of a download is a part of, so that the rest is asked for only of the very same thing.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Tag">The server's strong entity tag, with its quotes; null for none.</param>
/// <param name="LastModified">When the server says it was last changed; null where it does not.</param>
/// <param name="Total">Bytes of the whole; null where the server did not say.</param>
internal sealed record DownloadMark(string Source, string? Tag, DateTimeOffset? LastModified, long? Total)
{
    /// <summary>The condition under which the rest fits; null where the server gave nothing to go by.</summary>
    public RangeConditionHeaderValue? Condition =>
        Tag is not null ? new RangeConditionHeaderValue(new EntityTagHeaderValue(Tag)) : LastModified is { } date ? new RangeConditionHeaderValue(date) : null;
}
