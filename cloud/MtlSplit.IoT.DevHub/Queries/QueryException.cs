namespace MtlSplit.IoT.DevHub.Queries;

/// <summary>A query or condition that this hub does not take: malformed, or a part of SQL that it does not have.</summary>
/// <param name="what">What is wrong; names the word.</param>
/// <param name="position">Where, the first character being 1.</param>
internal sealed class QueryException(string what, int position) : Exception($"{what} (position {position})")
{
    /// <summary>Where, the first character being 1.</summary>
    public int Position { get; } = position;
}
