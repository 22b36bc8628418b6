using System.Collections.Frozen;
using MtlSplit.IoT.DevHub.Queries.Expressions;

namespace MtlSplit.IoT.DevHub.Queries.Parsing;

/// <summary>
/// Reads queries and target conditions in the documented subset of SQL. What is not in it is refused by its name and position; nothing
/// is ever guessed.
/// </summary>
internal static class QueryParser
{
    private static readonly FrozenSet<string> TwinMembers = FrozenSet.ToFrozenSet(
        [
            "deviceId", "moduleId", "etag", "deviceEtag", "version", "status", "statusReason", "statusUpdateTime", "connectionState", "connectionStateUpdatedTime", "lastActivityTime",
            "cloudToDeviceMessageCount", "authenticationType", "x509Thumbprint", "modelId", "tags", "properties", "capabilities", "configurations", "deviceScope", "parentScopes",
        ],
        StringComparer.Ordinal);

    private static readonly FrozenSet<string> ConditionMembers = FrozenSet.ToFrozenSet(["deviceId", "tags", "properties"], StringComparer.Ordinal);

    private static readonly FrozenSet<string> Functions = FrozenSet.ToFrozenSet(Enum.GetNames<AggregateFunction>(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a query.</summary>
    /// <exception cref="QueryException">It is malformed or has a part that is not supported.</exception>
    public static QueryStatement Parse(string text)
    {
        var reader = new ExpressionParser(Tokenizer.Read(text, singleQuotesOnly: false), TwinMembers);
        if (!reader.Skip("SELECT"))
        {
            throw reader.Unexpected("SELECT");
        }

        var top = reader.Skip("TOP") ? ReadTop(reader) : (int?)null;
        var listAt = reader.Here.Position;
        var select = ReadColumns(reader);
        var from = ReadCollection(reader);
        var where = reader.Skip("WHERE") ? reader.ReadExpression() : null;
        var group = ReadGroup(reader);
        if (reader.Here.Kind != TokenKind.End)
        {
            throw reader.Unexpected(group is not null ? "the end" : where is not null ? "GROUP BY or the end" : "WHERE, GROUP BY or the end");
        }

        var statement = new QueryStatement(from, select, top, where, group);
        RefuseMixture(statement, listAt);
        return statement;
    }

    /// <summary>Reads a target condition: <c>*</c> is every device, an empty one is none.</summary>
    /// <exception cref="QueryException">It is malformed or has a part that is not supported.</exception>
    public static Expression ParseCondition(string text)
    {
        var trimmed = text.Trim();
        if (trimmed is "" or "*")
        {
            return new LiteralExpression(QueryValue.Of(trimmed == "*"));
        }

        var reader = new ExpressionParser(Tokenizer.Read(text, singleQuotesOnly: true), ConditionMembers);
        var expression = reader.ReadExpression();
        return reader.Here.Kind == TokenKind.End ? expression : throw reader.Unexpected("AND, OR or the end");
    }

    private static int ReadTop(ExpressionParser reader)
    {
        var token = reader.Here;
        if (token.Kind != TokenKind.Number || token.Number != Math.Truncate(token.Number) || token.Number is < 1 or > int.MaxValue)
        {
            throw reader.Unexpected("the number of rows, a whole number above 0");
        }

        return (int)reader.Take().Number;
    }

    private static List<QueryColumn>? ReadColumns(ExpressionParser reader)
    {
        if (reader.SkipSymbol("*"))
        {
            return null;
        }

        List<QueryColumn> columns = [];
        do
        {
            var at = reader.Here;
            var column = ReadColumn(reader);
            if (columns.Exists(other => other.Name == column.Name))
            {
                throw new QueryException($"two columns are called '{column.Name}'; name one with AS", at.Position);
            }

            columns.Add(column);
        }
        while (reader.SkipSymbol(","));
        return columns;
    }

    private static QueryColumn ReadColumn(ExpressionParser reader)
    {
        var first = reader.Here;
        if (!Functions.Contains(first.Text) || first.Kind != TokenKind.Word)
        {
            var path = reader.ReadPath();
            return new QueryColumn(ReadName(reader) ?? path.Segments[^1], path, null);
        }

        reader.Take();
        var function = Enum.Parse<AggregateFunction>(first.Text, ignoreCase: true);
        reader.Need("(");
        var operand = function == AggregateFunction.Count ? null : reader.ReadPath();
        reader.Need(")");
        return new QueryColumn(ReadName(reader) ?? throw new QueryException($"{first.Text.ToUpperInvariant()} needs a name for its column: AS name", first.Position), operand, function);
    }

    private static string? ReadName(ExpressionParser reader) =>
        !reader.Skip("AS") ? null : reader.Here.Kind == TokenKind.Word ? reader.Take().Text : throw reader.Unexpected("the column's name");

    private static QueryCollection ReadCollection(ExpressionParser reader)
    {
        if (!reader.Skip("FROM"))
        {
            throw reader.Unexpected("FROM");
        }

        var at = reader.Here;
        if (at.Kind != TokenKind.Word || at.Text != "devices")
        {
            throw at.Kind == TokenKind.Word ? new QueryException($"there is no collection '{at.Text}'; there are devices and devices.modules", at.Position) : reader.Unexpected("devices or devices.modules");
        }

        reader.Take();
        if (!reader.SkipSymbol("."))
        {
            return QueryCollection.Devices;
        }

        return reader.Take() switch
        {
            { Kind: TokenKind.Word, Text: "modules" } => QueryCollection.Modules,
            { Kind: TokenKind.Word, Text: "jobs" } => throw new QueryException("'devices.jobs' is not supported: this hub has no jobs", at.Position),
            var other => throw new QueryException($"there is no collection 'devices.{other.Text}'; there are devices and devices.modules", at.Position),
        };
    }

    private static PathExpression? ReadGroup(ExpressionParser reader)
    {
        if (!reader.Skip("GROUP"))
        {
            return null;
        }

        if (!reader.Skip("BY"))
        {
            throw reader.Unexpected("BY");
        }

        var path = reader.ReadPath();
        return reader.Here.IsSymbol(",") ? throw new QueryException("GROUP BY with more than one path is not supported", reader.Here.Position) : path;
    }

    private static void RefuseMixture(QueryStatement statement, int position)
    {
        if (!statement.Aggregates)
        {
            return;
        }

        if (statement.Select is null)
        {
            throw new QueryException("'*' is not supported with GROUP BY", position);
        }

        if (statement.Select.FirstOrDefault(column => column.Function is null && !Equals(column.Path, statement.GroupBy)) is { } column)
        {
            throw new QueryException($"'{column.Path}' is neither aggregated nor the path of GROUP BY", position);
        }
    }
}
