using MtlSplit.IoT.DevHub.Queries.Expressions;

namespace MtlSplit.IoT.DevHub.Queries;

/// <summary>A parsed query. Immutable.</summary>
/// <param name="From">What it goes through.</param>
/// <param name="Select">The columns; null: whole twins.</param>
/// <param name="Top">The most rows; null: all.</param>
/// <param name="Where">The condition; null: every twin.</param>
/// <param name="GroupBy">The path whose values make the groups; null: none.</param>
internal sealed record QueryStatement(QueryCollection From, IReadOnlyList<QueryColumn>? Select, int? Top, Expression? Where, PathExpression? GroupBy)
{
    /// <summary>Whether rows are sums over twins instead of twins.</summary>
    public bool Aggregates => GroupBy is not null || Select?.Any(column => column.Function is not null) == true;
}
