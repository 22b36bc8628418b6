using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Queries.Expressions;

namespace MtlSplit.IoT.DevHub.Queries.Running;

/// <summary>Sums twins up into one row a group. Pure.</summary>
internal static class Aggregation
{
    private const string Missing = "";

    /// <summary>The rows, groups in the order in which they first come; one row where there is no GROUP BY.</summary>
    public static List<JsonObject> Rows(QueryStatement statement, IEnumerable<JsonObject> twins)
    {
        Dictionary<string, List<JsonObject>> groups = new(StringComparer.Ordinal);
        List<string> order = [];
        if (statement.GroupBy is null)
        {
            groups[Missing] = [];
            order.Add(Missing);
        }

        foreach (var twin in twins)
        {
            // A value's JSON is its key; a twin without the property is in a group of its own, whose key no JSON has.
            var key = statement.GroupBy is { } path && Evaluation.Find(path, twin, out var node) ? node?.ToJsonString() ?? "null" : Missing;
            if (!groups.TryGetValue(key, out var group))
            {
                groups[key] = group = [];
                order.Add(key);
            }

            group.Add(twin);
        }

        return [.. order.Select(key => Row(statement.Select!, key, groups[key]))];
    }

    private static JsonObject Row(IReadOnlyList<QueryColumn> columns, string key, List<JsonObject> group)
    {
        JsonObject row = [];
        foreach (var column in columns)
        {
            if (column.Function is { } function)
            {
                if (Sum(function, column.Path, group) is { } value)
                {
                    row[column.Name] = value;
                }
            }
            else if (key != Missing)
            {
                row[column.Name] = JsonNode.Parse(key);
            }
        }

        return row;
    }

    // Without a number there is no mean and no extreme, and the column is left out.
    private static JsonValue? Sum(AggregateFunction function, PathExpression? path, List<JsonObject> group)
    {
        if (function == AggregateFunction.Count)
        {
            return JsonValue.Create(group.Count);
        }

        var numbers = group.Select(twin => Evaluation.Evaluate(path!, twin)).Where(value => value.Kind == QueryValueKind.Number).Select(value => value.Number).ToList();
        return function switch
        {
            AggregateFunction.Sum => JsonValue.Create(numbers.Sum()),
            _ when numbers.Count == 0 => null,
            AggregateFunction.Avg => JsonValue.Create(numbers.Average()),
            AggregateFunction.Min => JsonValue.Create(numbers.Min()),
            _ => JsonValue.Create(numbers.Max()),
        };
    }
}
