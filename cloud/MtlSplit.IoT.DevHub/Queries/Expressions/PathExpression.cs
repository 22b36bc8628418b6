namespace MtlSplit.IoT.DevHub.Queries.Expressions;

/// <summary>A property of the twin.</summary>
/// <param name="Segments">Its path, the first segment being a member of the twin.</param>
internal sealed record PathExpression(IReadOnlyList<string> Segments) : Expression
{
    /// <inheritdoc/>
    public bool Equals(PathExpression? other) => other is not null && Segments.SequenceEqual(other.Segments, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => Segments.Aggregate(0, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => string.Join('.', Segments);
}
